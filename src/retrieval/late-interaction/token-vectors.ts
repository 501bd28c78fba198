/**
 * Texts as sets of vectors, one a token, each of length 1.
 *
 *   text       0             1        2
 *   values   │ v v v v v v │ v v v │ v v v v v │     [vectors · dimension]
 *   offsets    0             6       9          14   texts + 1, counted in vectors
 */
import { oneAhead } from '../../kernels/one-ahead';
import { readBack } from '../../kernels/read-back';
import type { TokenEncoder } from '../../models/token-encoder';
import { packBatch } from '../../text/pack';
import { tokenBatches } from '../../text/token-batches';
import type { TokenInput } from './token-inputs';

export interface TokenVectors {
  dimension: number;
  values: Float32Array;
  offsets: Int32Array;
}

/** Vectors of some consecutive inputs, as they come. */
export interface EncodedTexts {
  /** Index of the first of them. */
  first: number;
  vectors: TokenVectors;
  /** Tokens of the inputs. */
  tokens: number;
}

const TOKENS_AT_ONCE = 2048;

/** As torch.nn.functional.normalize: a vector of zeros stays one. */
const SMALLEST_NORM = 1e-12;

/**
 * Encodes inputs in their order. While the device works on a batch the next one is handed over.
 * @param maxTokens bound on a batch's tokens
 */
export function encodeTexts(
  encoder: TokenEncoder,
  inputs: readonly TokenInput[],
  maxTokens = TOKENS_AT_ONCE,
): AsyncGenerator<EncodedTexts, void> {
  return oneAhead(tokenBatches(inputs, maxTokens), ([from, to]) => {
    const some = inputs.slice(from, to);
    const batch = packBatch(some);
    const hasMasks = some.some(({ ids, asked }) => asked < ids.length);
    const y = encoder.vectors(batch, hasMasks ? askedOf(some, batch.offsets) : undefined);
    const values = readBack(y, 'token vectors').finally(() => y.dispose());
    return values.then((all) => ({
      first: from,
      vectors: keptVectors(all as Float32Array, encoder.dimension, some),
      tokens: batch.tokens,
    }));
  });
}

/** Encodes inputs into one set of vectors. */
export async function encodeAll(encoder: TokenEncoder, inputs: readonly TokenInput[]): Promise<TokenVectors> {
  const parts: TokenVectors[] = [];
  for await (const { vectors } of encodeTexts(encoder, inputs)) parts.push(vectors);
  return joined(parts, encoder.dimension);
}

/** The vectors of one text, without copying. */
export function vectorsOf({ dimension, values, offsets }: TokenVectors, text: number): Float32Array {
  return values.subarray(offsets[text]! * dimension, offsets[text + 1]! * dimension);
}

/** One text of several, without copying. */
export function textOf(all: TokenVectors, text: number): TokenVectors {
  const values = vectorsOf(all, text);
  return { dimension: all.dimension, values, offsets: Int32Array.of(0, values.length / all.dimension) };
}

/** End to end. */
export function joined(parts: readonly TokenVectors[], dimension: number): TokenVectors {
  const texts = parts.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  const offsets = new Int32Array(texts + 1);
  let [at, text] = [0, 0];
  for (const part of parts) {
    values.set(part.values, at * dimension);
    for (let i = 1; i < part.offsets.length; i++) offsets[text + i] = at + part.offsets[i]!;
    at += part.values.length / dimension;
    text += part.offsets.length - 1;
  }
  return { dimension, values, offsets };
}

/** By sequence; the dummy at the end, where there is one, attends to all of itself. */
function askedOf(inputs: readonly TokenInput[], offsets: Int32Array): Int32Array {
  return Int32Array.from({ length: offsets.length - 1 }, (_, s) => inputs[s]?.asked ?? offsets[s + 1]! - offsets[s]!);
}

/** Normalised vectors of the tokens that have one; `all` begins with those of the inputs' tokens, end to end. */
function keptVectors(all: Float32Array, dimension: number, inputs: readonly TokenInput[]): TokenVectors {
  const counts = inputs.map(({ ids, kept }) => (kept ? kept.reduce((sum, one) => sum + one, 0) : ids.length));
  const offsets = new Int32Array(inputs.length + 1);
  counts.forEach((count, i) => (offsets[i + 1] = offsets[i]! + count));
  const values = new Float32Array(offsets[inputs.length]! * dimension);
  let [from, to] = [0, 0];
  for (const { ids, kept } of inputs) {
    for (let token = 0; token < ids.length; token++, from += dimension) {
      if (kept?.[token] === 0) continue;
      values.set(all.subarray(from, from + dimension), to);
      normalize(values.subarray(to, to + dimension));
      to += dimension;
    }
  }
  return { dimension, values, offsets };
}

/** Gives a vector the length 1, in place. */
export function normalize(vector: Float32Array): void {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const scale = 1 / Math.max(Math.sqrt(sum), SMALLEST_NORM);
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
}
