/** A bi-encoder: a text's vector is the mean of its tokens', of length 1, as sentence-transformers' Pooling (mean) and Normalize make it. */
import * as tf from '@tensorflow/tfjs';
import { oneAhead } from '../../kernels/one-ahead';
import { readBack } from '../../kernels/read-back';
import { segmentSum } from '../../kernels/rows';
import type { TokenEncoder } from '../../models/token-encoder';
import { packBatch } from '../../text/pack';
import type { EncodedPair } from '../../text/pair-encoder';
import { tokenBatches } from '../../text/token-batches';
import type { Tokenizer } from '../../text/tokenizer';
import { normalize } from '../late-interaction/token-vectors';

/** A checkpoint as a bi-encoder, on the device. */
export interface BiEncoder {
  /** The checkpoint's. */
  id: string;
  encoder: TokenEncoder;
  input(text: string): EncodedPair;
}

/** Longest input of sentence-transformers' MiniLM and of most bi-encoders beside it. */
const MAX_LENGTH = 256;
const TOKENS_AT_ONCE = 2048;

export function biEncoder(id: string, encoder: TokenEncoder, { encode, frame }: Tokenizer): BiEncoder {
  const around = frame.before.length + frame.after.length;
  const { maxPositions, firstPosition } = encoder.config;
  const room = Math.min(MAX_LENGTH, maxPositions - firstPosition) - around;
  return {
    id,
    encoder,
    input(text) {
      const own = encode(text).subarray(0, room);
      const ids = Int32Array.from([...frame.before.map(({ id }) => id), ...own, ...frame.after.map(({ id }) => id)]);
      return { ids, types: new Int32Array(ids.length) };
    },
  };
}

/** Vectors of texts in their order, some at a time: [texts · dimension]. While the device works on some the next are handed over. */
export function pooledVectors(
  { encoder, input }: BiEncoder,
  texts: readonly string[],
): AsyncGenerator<{ first: number; vectors: Float32Array }, void> {
  const inputs = texts.map(input);
  return oneAhead(tokenBatches(inputs, TOKENS_AT_ONCE), ([from, to]) => {
    const batch = packBatch(inputs.slice(from, to));
    const sums = tf.tidy(() => {
      const tokens = encoder.vectors(batch);
      const order = tf.range(0, tokens.shape[0], 1, 'int32') as tf.Tensor1D;
      return segmentSum(tokens, order, tf.tensor1d(batch.offsets.slice(0, batch.sequences + 1), 'int32'));
    });
    const values = readBack(sums, 'text vectors').finally(() => sums.dispose());
    return values.then((read) => {
      const vectors = read as Float32Array;
      const { dimension } = encoder;
      // Of length 1, the sum is the mean.
      for (let at = 0; at < vectors.length; at += dimension) normalize(vectors.subarray(at, at + dimension));
      return { first: from, vectors };
    });
  });
}

/** Vectors of all texts: [texts · dimension]. */
export async function allPooled(model: BiEncoder, texts: readonly string[]): Promise<Float32Array> {
  const all = new Float32Array(texts.length * model.encoder.dimension);
  for await (const { first, vectors } of pooledVectors(model, texts)) all.set(vectors, first * model.encoder.dimension);
  return all;
}
