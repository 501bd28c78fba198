/**
 * Checkpoints in: the files of a Hugging Face folder (config.json, weights, tokenizer), loose or in a zip, become a stored checkpoint; those of
 * a Lightning IR model too.
 */
import { isCheckpointText } from '../formats/checkpoint-folder';
import { FormatError } from '../formats/format-error';
import type { NamedArray } from '../formats/named-array';
import type { RandomAccess } from '../formats/random-access';
import { bestWeights, isShardIndex, openWeights, shardsOf } from '../formats/weights';
import type { WeightsFile } from '../formats/weights-file';
import { isZip, readZipDirectory } from '../formats/zip-directory';
import { readConfig } from '../models/config';
import { readLightningIr } from '../models/lightning-ir/read-lightning-ir';
import { matchWeights } from '../models/match-weights';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';
import { loadTokenizer } from '../text/tokenizer';
import { tokenizerFromVocabulary } from '../text/tokenizer-from-vocabulary';

/** A file by the name that it has in the folder. */
export interface CheckpointFile {
  name: string;
  file: RandomAccess;
}

/** Weights apart, a file of a checkpoint is small text. */
const MAX_TEXT_BYTES = 32 * 2 ** 20;
/** The model's card travels with it. */
const CARD = 'README.md';

/** How a checkpoint's input is made that does not say so; types are 0 where its tokenizer gives none (hub-texts.ts writes it so). */
function defaultInput(texts: Record<string, string>): Checkpoint['input'] {
  const { model_input_names: names } = JSON.parse(texts['tokenizer_config.json'] ?? '{}') as Record<string, unknown>;
  const tokenTypes = !Array.isArray(names) || names.includes('token_type_ids');
  return { maxLength: 256, tokenTypes, truncation: 'longest_first' };
}

/**
 * Stores the checkpoint that a folder's files, or the zip of one, make up. Tensors are stored under the names of
 * `AutoModelForSequenceClassification`; those that a re-ranker has no use for are left out and named in its notes.
 * @throws FormatError or Error naming the file or tensor that is missing, damaged or of an unknown architecture; nothing is stored then.
 */
export async function importCheckpoint(
  library: Library,
  name: string,
  given: readonly CheckpointFile[],
  origin: Pick<Checkpoint, 'source' | 'hub'> = {},
): Promise<Checkpoint> {
  const files = await unpacked(given);
  const json = await jsonOf(files, 'config.json');
  const lightning = readLightningIr(json);
  const config = readConfig(lightning?.config ?? json);
  const found = await textsOf(files);
  const texts = lightning?.texts(found) ?? found;
  loadTokenizer(texts);
  const weights = await Promise.all((await weightFiles(files)).map(({ name, file }) => openWeights(name, file)));
  const opened = lightning ? weights.map(lightning.weights) : weights;
  const { names, notes } = matchWeights(
    config,
    opened.flatMap(({ tensors }) => tensors),
  );
  const remembered = (json['rerank_studio'] ?? {}) as Partial<Checkpoint['input']>;
  return library.putCheckpoint(
    {
      name,
      family: config.family,
      finished: true,
      input: { ...defaultInput(texts), ...remembered },
      files: texts,
      ...origin,
      ...(notes.length > 0 ? { notes } : {}),
    },
    renamed(opened, names),
  );
}

async function* renamed(files: readonly WeightsFile[], names: ReadonlyMap<string, string>): AsyncGenerator<NamedArray> {
  const waiting = new Map(names);
  for (const file of files) {
    for (const { name } of file.tensors) {
      const canonical = waiting.get(name);
      if (canonical === undefined) continue;
      waiting.delete(name);
      yield { ...(await file.read(name)), name: canonical };
    }
  }
}

/** The files themselves, or what a zip has beside its config.json. */
async function unpacked(given: readonly CheckpointFile[]): Promise<readonly CheckpointFile[]> {
  const [only] = given;
  if (given.length !== 1 || !only || !(await isZip(only.file))) return given;
  const entries = await readZipDirectory(only.name, only.file);
  const configs = entries.map(({ name }) => name).filter((name) => /(^|\/)config\.json$/.test(name));
  const config = configs.sort((a, b) => a.split('/').length - b.split('/').length)[0];
  if (config === undefined) {
    const names = entries.slice(0, 5).map(({ name }) => name);
    throw new FormatError(only.name, `expected a zip with a config.json in it, found ${names.join(', ') || 'nothing'}`);
  }
  const folder = config.slice(0, -'config.json'.length);
  const inside = entries.filter(({ name }) => name.startsWith(folder) && !name.slice(folder.length).includes('/'));
  return Promise.all(
    inside.map(async (entry) => ({ name: entry.name.slice(folder.length), file: await entry.open() })),
  );
}

async function textsOf(files: readonly CheckpointFile[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { name, file } of files) {
    if ((isCheckpointText(name) || name === CARD) && file.size <= MAX_TEXT_BYTES) texts[name] = await file.text();
  }
  if (texts['tokenizer.json'] === undefined) {
    const made = tokenizerFromVocabulary(texts);
    if (made === undefined) throw missing(files, 'tokenizer.json', 'or vocab.txt, or vocab.json and merges.txt');
    texts['tokenizer.json'] = made;
  }
  return texts;
}

/** The weights files of a folder: one, or the shards that the index names. */
async function weightFiles(files: readonly CheckpointFile[]): Promise<CheckpointFile[]> {
  const best = bestWeights(files.map(({ name }) => name));
  if (best === undefined) {
    throw missing(
      files,
      'model.safetensors',
      'or pytorch_model.bin: save the model with transformers (save_pretrained), which writes it',
    );
  }
  const names = isShardIndex(best) ? shardsOf(best, await jsonOf(files, best)) : [best];
  return names.map((name) => {
    const found = files.find((file) => file.name === name);
    if (!found) throw new FormatError(name, `missing: ${best} names it as a shard`);
    return found;
  });
}

async function jsonOf(files: readonly CheckpointFile[], name: string): Promise<Record<string, unknown>> {
  const found = files.find((file) => file.name === name);
  if (!found) throw missing(files, name, 'a checkpoint folder has config.json, model.safetensors and tokenizer.json');
  try {
    return JSON.parse(await found.file.text()) as Record<string, unknown>;
  } catch (error) {
    throw new FormatError(name, `expected JSON: ${(error as Error).message}`, { cause: error });
  }
}

function missing(files: readonly CheckpointFile[], name: string, hint: string): FormatError {
  return new FormatError(name, `missing, ${hint}; found ${files.map((file) => file.name).join(', ') || 'nothing'}`);
}
