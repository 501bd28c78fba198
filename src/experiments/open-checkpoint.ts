/** From a stored checkpoint to a model on the device and the encoder of its input. */
import { CrossEncoder, type LoadOptions } from '../models/cross-encoder';
import type { NamedArray } from '../formats/named-array';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';
import { pairEncoder, type EncodePair } from '../text/pair-encoder';
import { jsonFile, type References } from './sources';
import { storedModel } from './stored-model';

export interface OpenedCheckpoint {
  checkpoint: Checkpoint;
  /** The caller's to dispose. */
  model: CrossEncoder;
  encode: EncodePair;
}

/** The seed of a head that a checkpoint does not have; transformers draws it at random too. */
export const HEAD_SEED = 42;

export interface OpenOptions extends Partial<LoadOptions> {
  /** How pairs are made, where it shall not be as the checkpoint remembers it. */
  input?: Checkpoint['input'];
  /** Tensors in place of the checkpoint's own: what had been trained up to a point to resume from. */
  trained?: AsyncIterable<NamedArray>;
  /** A seeded head in place of the checkpoint's own. */
  newHead?: boolean;
}

/** Every family's head has names that begin so. */
const HEAD = 'classifier.';

async function* first(own: AsyncIterable<NamedArray>, others: AsyncIterable<NamedArray>): AsyncGenerator<NamedArray> {
  yield* own;
  yield* others;
}

async function* withoutHead(arrays: AsyncIterable<NamedArray>): AsyncGenerator<NamedArray> {
  for await (const array of arrays) if (!array.name.startsWith(HEAD)) yield array;
}

/** What a recipe's `model.head` asks for. @throws Error naming the file when it is no head. */
export function headOptions(references: References, head: string | undefined): Pick<OpenOptions, 'head' | 'newHead'> {
  if (head === undefined) return {};
  return head === 'new' ? { newHead: true } : { head: readHead(jsonFile(references, head), head) };
}

/**
 * Loads weights and tokenizer.
 * @throws an error naming the tensor or file that does not fit, or the id when the checkpoint is gone.
 */
export async function openCheckpoint(
  library: Library,
  id: string,
  { input, trained, newHead = false, ...options }: OpenOptions = {},
): Promise<OpenedCheckpoint> {
  const { checkpoint, config, tokenizer } = await storedModel(library, id);
  const encode = pairEncoder(tokenizer, input ?? checkpoint.input);
  const own = library.checkpointWeights(id);
  const stored = trained ? first(trained, own) : own;
  const model = await CrossEncoder.load(config, newHead ? withoutHead(stored) : stored, {
    headSeed: HEAD_SEED,
    freezePositionEmbeddings: true,
    ...options,
  });
  return { checkpoint, model, encode };
}

/**
 * The head that a JSON file gives: `{"weight": [hidden], "bias": [1]}`.
 * @throws Error naming the file when it is something else.
 */
export function readHead(value: unknown, fileName: string): NonNullable<LoadOptions['head']> {
  const { weight, bias } = (value ?? {}) as { weight?: unknown; bias?: unknown };
  const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);
  if (numbers(weight) && numbers(bias)) return { weight, bias };
  throw new Error(`${fileName}: expected {"weight": [hidden size numbers], "bias": [1 number]}`);
}
