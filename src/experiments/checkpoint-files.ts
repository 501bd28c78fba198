/**
 * Checkpoints in and out: a folder with HF files (config.json, model.safetensors, tokenizer.json, …) ↔ a stored checkpoint.
 * What this app remembers of a checkpoint's input travels in config.json, under `rerank_studio`.
 */
import { FormatError } from '../formats/format-error';
import { openSafetensors, safetensorsBlob } from '../formats/safetensors';
import { readConfig } from '../models/config';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';

/** A file by the name that it has in the folder. */
export interface NamedFile {
  name: string;
  file: Blob;
}

/** Weights apart, a file of a checkpoint is small text. */
const MAX_TEXT_BYTES = 32 * 2 ** 20;
const TEXT_FILES =
  /^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^(vocab|merges)\.(txt|json)$|^README\.md$/;

const DEFAULT_INPUT: Checkpoint['input'] = { maxLength: 256, tokenTypes: true, truncation: 'longest_first' };

async function json(files: readonly NamedFile[], name: string): Promise<Record<string, unknown>> {
  const found = files.find((entry) => entry.name === name);
  if (!found) {
    const names = files.map((entry) => entry.name).join(', ') || 'nothing';
    throw new FormatError(
      name,
      `missing: a checkpoint folder has config.json, model.safetensors and tokenizer.json; found ${names}`,
    );
  }
  try {
    return JSON.parse(await found.file.text()) as Record<string, unknown>;
  } catch (error) {
    throw new FormatError(name, `expected JSON: ${(error as Error).message}`);
  }
}

/** The weights files of a folder: one, or the shards that the index names. */
async function weightFiles(files: readonly NamedFile[]): Promise<NamedFile[]> {
  const whole = files.find((entry) => entry.name === 'model.safetensors');
  if (whole) return [whole];
  if (!files.some((entry) => entry.name === 'model.safetensors.index.json')) {
    throw new FormatError(
      'model.safetensors',
      `missing: found ${files.map((entry) => entry.name).join(', ') || 'nothing'}; ` +
        'save the model with transformers (safe_serialization=True), which writes it',
    );
  }
  const index = await json(files, 'model.safetensors.index.json');
  const shards = [...new Set(Object.values((index['weight_map'] ?? {}) as Record<string, string>))];
  return shards.map((shard) => {
    const found = files.find((entry) => entry.name === shard);
    if (!found) throw new FormatError(shard, 'missing: model.safetensors.index.json names it as a shard');
    return found;
  });
}

/**
 * Stores the checkpoint that a folder's files make up.
 * @param source where it comes from: a folder, a hub id.
 * @throws FormatError naming the file that is missing, damaged or of an unknown architecture; nothing is stored then.
 */
export async function importCheckpoint(
  library: Library,
  name: string,
  files: readonly NamedFile[],
  source?: string,
): Promise<Checkpoint> {
  const config = await json(files, 'config.json');
  const { family } = readConfig(config);
  await json(files, 'tokenizer.json');
  const weights = await Promise.all((await weightFiles(files)).map((entry) => openSafetensors(entry.name, entry.file)));
  const texts: Record<string, string> = {};
  for (const { name: fileName, file } of files) {
    if (TEXT_FILES.test(fileName) && file.size <= MAX_TEXT_BYTES) texts[fileName] = await file.text();
  }
  const remembered = (config['rerank_studio'] ?? {}) as Partial<Checkpoint['input']>;
  return library.putCheckpoint(
    {
      name,
      family,
      finished: true,
      input: { ...DEFAULT_INPUT, ...remembered },
      files: texts,
      ...(source === undefined ? {} : { source }),
    },
    (async function* () {
      for (const shard of weights) yield* shard;
    })(),
  );
}

/** The HF files of a stored checkpoint, weights as float32: Python's transformers loads the folder as it is. */
export async function exportCheckpoint(library: Library, checkpoint: Checkpoint): Promise<NamedFile[]> {
  const shapes = await library.checkpointTensors(checkpoint.id);
  const weights = await safetensorsBlob(shapes, library.checkpointWeights(checkpoint.id));
  const config = {
    ...(JSON.parse(checkpoint.files['config.json'] ?? '{}') as object),
    rerank_studio: checkpoint.input,
  };
  const files = { ...checkpoint.files, 'config.json': `${JSON.stringify(config, null, 2)}\n` };
  return [
    ...Object.entries(files).map(([name, text]) => ({ name, file: new Blob([text], { type: 'text/plain' }) })),
    { name: 'model.safetensors', file: weights },
  ];
}
