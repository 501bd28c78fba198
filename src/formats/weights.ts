/** A model's weights as the hub names their files: one file or several, in one of two formats. */
import { FormatError } from './format-error';
import type { RandomAccess } from './random-access';
import { openSafetensors } from './safetensors';
import { openTorchBin } from './torch-bin';
import type { WeightsFile } from './weights-file';

/** Files that have the weights or name those that do, best first: safetensors before PyTorch's, whole before in shards. */
export const WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
] as const;

/** The file of `names` to take a model's weights from. */
export function bestWeights(names: readonly string[]): string | undefined {
  return WEIGHTS.find((name) => names.includes(name));
}

/** Whether a file of weights is a list of its shards. */
export const isShardIndex = (name: string) => name.endsWith('.index.json');

/**
 * The shards that an index names: `{"weight_map": {"embeddings.weight": "model-00001-of-00002.safetensors", …}}`.
 * @throws FormatError naming the index when it is none.
 */
export function shardsOf(file: string, index: unknown): string[] {
  const map = (index as { weight_map?: unknown } | null)?.weight_map;
  const shards = typeof map === 'object' && map !== null ? [...new Set(Object.values(map))] : [];
  if (shards.length === 0 || !shards.every((shard) => typeof shard === 'string' && !shard.includes('/')))
    throw new FormatError(file, 'expected a weight_map from tensors to files beside it, found none');
  return shards as string[];
}

/** Opens one file of weights, by its name's ending. @throws FormatError for a damaged file. */
export function openWeights(file: string, data: RandomAccess): Promise<WeightsFile> {
  return file.endsWith('.safetensors') ? openSafetensors(file, data) : openTorchBin(file, data);
}
