/**
 * MaxSim (Khattab and Zaharia, 2020, equation 3): a document's score is, summed over the query's vectors, the largest product of each with
 * one of the document's. Equal to colbert-ai's `colbert_score`.
 */
import * as tf from '@tensorflow/tfjs';
import { linear } from '../../kernels/linear';
import { readBack } from '../../kernels/read-back';
import type { TokenVectors } from './token-vectors';

/** MaxSim of one query [asking, dimension] and one document [vectors, dimension], in plain arithmetic; −∞ without a vector to ask. */
export function maxSimReference(query: Float32Array, document: Float32Array, dimension: number): number {
  let score = 0;
  for (let q = 0; q < query.length; q += dimension) {
    let best = -Infinity;
    for (let d = 0; d < document.length; d += dimension) {
      let product = 0;
      for (let i = 0; i < dimension; i++) product += query[q + i]! * document[d + i]!;
      if (product > best) best = product;
    }
    score += best;
  }
  return score;
}

/** A query's vectors on the device, as the weight of a linear layer: [dimension, asking]. The caller's to dispose. */
export interface AskingVectors {
  weight: tf.Tensor2D;
  /** Zeros [asking]. */
  bias: tf.Tensor1D;
}

export function askingVectors(query: Float32Array, dimension: number): AskingVectors {
  return tf.tidy(() => {
    const rows = tf.tensor2d(query, [query.length / dimension, dimension]);
    return { weight: tf.transpose(rows), bias: tf.zeros([rows.shape[0]]) as tf.Tensor1D };
  });
}

/** MaxSim of one query and each of some documents, as one product on the device. */
export async function maxSims(asking: AskingVectors, documents: TokenVectors): Promise<Float32Array> {
  const products = await productsOf(asking, documents);
  const columns = asking.bias.shape[0];
  const scores = new Float32Array(documents.offsets.length - 1);
  for (let d = 0; d < scores.length; d++) scores[d] = sumOfMaxima(products, columns, documents.offsets, d, 0, columns);
  return scores;
}

/**
 * MaxSim of pairs of a query and a document, of several queries in one product on the device.
 * @param queries end to end, as `documents`
 * @param pairs [query, document]*
 */
export async function maxSimsOfPairs(
  queries: TokenVectors,
  documents: TokenVectors,
  pairs: readonly (readonly [query: number, document: number])[],
): Promise<Float32Array> {
  const asking = askingVectors(queries.values, queries.dimension);
  try {
    const products = await productsOf(asking, documents);
    const columns = asking.bias.shape[0];
    return Float32Array.from(pairs, ([q, d]) =>
      sumOfMaxima(products, columns, documents.offsets, d, queries.offsets[q]!, queries.offsets[q + 1]!),
    );
  } finally {
    tf.dispose([asking.weight, asking.bias]);
  }
}

/** [vectors · asking] */
async function productsOf({ weight, bias }: AskingVectors, { dimension, values }: TokenVectors): Promise<Float32Array> {
  if (values.length === 0) return new Float32Array(0);
  const products = tf.tidy(() => linear(tf.tensor2d(values, [values.length / dimension, dimension]), weight, bias));
  return (await readBack(products, 'MaxSim').finally(() => products.dispose())) as Float32Array;
}

/** The sum, over the columns `from … to`, of the largest product in a document's rows. */
function sumOfMaxima(
  products: Float32Array,
  columns: number,
  offsets: Int32Array,
  document: number,
  from: number,
  to: number,
): number {
  const best = new Float32Array(to - from).fill(-Infinity);
  for (let row = offsets[document]!; row < offsets[document + 1]!; row++) {
    const first = row * columns + from;
    for (let q = 0; q < best.length; q++) {
      const product = products[first + q]!;
      if (product > best[q]!) best[q] = product;
    }
  }
  return best.reduce((sum, value) => sum + value, 0);
}
