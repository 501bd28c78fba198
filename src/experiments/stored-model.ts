/** What a stored checkpoint says of its model: the configuration and the tokenizer, without weights. */
import { readConfig, type ModelConfig } from '../models/config';
import type { Checkpoint } from '../storage/entries';
import { NotStoredError } from '../storage/errors';
import type { Library } from '../storage/library';
import { loadTokenizer, type Tokenizer } from '../text/tokenizer';

export interface StoredModel {
  checkpoint: Checkpoint;
  config: ModelConfig;
  tokenizer: Tokenizer;
}

/** @throws an error naming the key or file that does not fit, or the id when the checkpoint is gone. */
export async function storedModel(library: Library, id: string): Promise<StoredModel> {
  const checkpoint = await library.checkpoint(id);
  if (!checkpoint) throw new NotStoredError('checkpoint', id);
  return { checkpoint, config: configOf(checkpoint), tokenizer: loadTokenizer(checkpoint.files) };
}

/** The model that a checkpoint's config.json describes. @throws as `readConfig`, or an error naming the checkpoint that has none. */
export function configOf({ name, files }: Pick<Checkpoint, 'name' | 'files'>): ModelConfig {
  const text = files['config.json'];
  if (text === undefined) throw new Error(`${name}: config.json is missing: import the checkpoint again`);
  return readConfig(JSON.parse(text));
}
