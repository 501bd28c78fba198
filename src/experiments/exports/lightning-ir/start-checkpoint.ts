import type { NamedArray } from '../../../formats/named-array';
import { safetensorsBlob } from '../../../formats/safetensors';
import { savedConfig, type ModelConfig } from '../../../models/config';
import { FAMILIES } from '../../../models/families';
import { initialValues } from '../../../models/initial-values';
import { parameterLayouts, takePart } from '../../../models/layout';
import { studioConfig, studioName } from '../../../models/lightning-ir/studio-model';
import { canonicalName } from '../../../models/weight-names';
import type { ModelOptions } from '../../../recipes/recipe';
import type { Checkpoint } from '../../../storage/entries';
import type { Library } from '../../../storage/library';
import type { NamedFile } from '../../export-checkpoint';
import { HEAD_SEED, type headOptions } from '../../open-checkpoint';
import { configOf } from '../../stored-model';
import { hubTexts } from '../hub-texts';

/**
 * The checkpoint that a stage starts from, as the exported project's model loads it: the same weights that training here starts with, a seeded
 * head or one from a file included, and the recipe's input and dropout.
 * @throws Error naming the tensor that the checkpoint lacks.
 */
export async function startCheckpoint(
  library: Library,
  checkpoint: Checkpoint,
  { maxLength, tokenTypes, truncation, dropout, freezePositionEmbeddings }: ModelOptions,
  head: ReturnType<typeof headOptions>,
): Promise<NamedFile[]> {
  const config = configOf(checkpoint);
  const texts = hubTexts({ ...checkpoint, input: { maxLength, tokenTypes, truncation } });
  const json = {
    ...(JSON.parse(texts['config.json']!) as Record<string, unknown>),
    ...pick(savedConfig(config), 'architectures', 'id2label', 'label2id'),
    hidden_dropout_prob: dropout,
    attention_probs_dropout_prob: dropout,
    classifier_dropout: dropout,
  };
  const written = studioConfig(json, checkpoint.family, freezePositionEmbeddings);
  const files = { ...texts, 'config.json': `${JSON.stringify(written, null, 2)}\n` };
  return [
    ...Object.entries(files).map(([name, text]) => ({ name, file: new Blob([text]) })),
    { name: 'model.safetensors', file: await weights(library, checkpoint, config, head) },
  ];
}

const pick = (object: Record<string, unknown>, ...keys: string[]) =>
  Object.fromEntries(keys.map((key) => [key, object[key]]));

async function weights(
  library: Library,
  { id, family }: Checkpoint,
  config: ModelConfig,
  { head, newHead = false }: ReturnType<typeof headOptions>,
): Promise<Blob> {
  const made = new Map(headArrays(config, head).map((array) => [array.name, array]));
  const wanted = new Set(parameterLayouts(config).flatMap(({ parts }) => parts.map(({ name }) => name)));
  /** A new head is new where openCheckpoint's is, a given one where it says something; the rest is the checkpoint's. */
  const replaced = (name: string) =>
    (newHead && name.startsWith('classifier.')) ||
    (head !== undefined && name.startsWith(`${FAMILIES[family].output}.`));

  const stored = (await library.checkpointTensors(id))
    .map(({ name, shape }) => ({ name: canonicalName(name, family), shape }))
    .filter(({ name }) => wanted.has(name) && !replaced(name));
  const lacking = [...wanted].filter((name) => !stored.some((tensor) => tensor.name === name));
  const added = lacking.map((name) => {
    const array = made.get(name);
    if (!array) throw new Error(`tensor ${name}: expected it in the checkpoint, found none`);
    return array;
  });
  const arrays = async function* (): AsyncGenerator<NamedArray> {
    for await (const array of library.checkpointWeights(id)) {
      const name = canonicalName(array.name, family);
      if (wanted.has(name) && !replaced(name)) yield { ...array, name: studioName(name, family) };
    }
    for (const array of added) yield { ...array, name: studioName(array.name, family) };
  };
  const shapes = [...stored, ...added].map(({ name, shape }) => ({ name: studioName(name, family), shape }));
  return safetensorsBlob(shapes, arrays());
}

/** The head that a model has whose checkpoint has none: seeded, or its last layer as given. */
function headArrays(config: ModelConfig, given: ReturnType<typeof headOptions>['head']): NamedArray[] {
  const { output } = FAMILIES[config.family];
  return parameterLayouts(config).flatMap((layout, place) => {
    if (!layout.initial) return [];
    const [{ name, shape }] = layout.parts as [NamedArray];
    const own = name === `${output}.weight` ? given?.weight : name === `${output}.bias` ? given?.bias : undefined;
    const values = own ? Float32Array.from(own) : takePart(initialValues(layout, place, HEAD_SEED), layout, 0);
    return [{ name, shape, values }];
  });
}
