/** Which files of a model's repository are needed to run it. */
import { isCheckpointText } from '../formats/checkpoint-folder';
import { bestWeights, isShardIndex, shardsOf } from '../formats/weights';
import type { HubFile, HubModel } from './describe-model';
import { HubError } from './hub-error';
import { formatModelId } from './model-id';

/**
 * The small files and one set of weights: safetensors before PyTorch's, whole before in shards.
 * @param readJson reads a file of the repository: the index of shards.
 * @throws HubError when it has no weights, no config or no vocabulary that can be read.
 */
export async function chooseFiles(
  model: HubModel,
  readJson: (file: string) => Promise<unknown>,
): Promise<{ texts: HubFile[]; weights: HubFile[] }> {
  const byName = new Map(model.files.map((file) => [file.name, file]));
  const names = [...byName.keys()];
  const refuse = (what: string) => {
    const found = names.filter((name) => !name.startsWith('.')).join(', ') || 'nothing';
    return new HubError('unreadable', `${formatModelId(model)}: expected ${what} in its repository, found ${found}`);
  };
  if (!byName.has('config.json')) throw refuse('config.json');
  if (!names.some((name) => ['tokenizer.json', 'vocab.txt', 'vocab.json'].includes(name)))
    throw refuse('tokenizer.json, vocab.txt or vocab.json');
  const best = bestWeights(names);
  if (best === undefined) throw refuse('model.safetensors or pytorch_model.bin');
  const texts = model.files.filter(({ name }) => isCheckpointText(name));
  if (!isShardIndex(best)) return { texts, weights: [byName.get(best)!] };
  const shards = shardsOf(best, await readJson(best)).map((name) => {
    const shard = byName.get(name);
    if (!shard) throw refuse(`${name}, which ${best} names,`);
    return shard;
  });
  return { texts: [...texts, byName.get(best)!], weights: shards };
}
