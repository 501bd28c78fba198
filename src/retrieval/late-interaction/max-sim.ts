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
export async function maxSims({ weight, bias }: AskingVectors, documents: TokenVectors): Promise<Float32Array> {
  const { dimension, values, offsets } = documents;
  const vectors = values.length / dimension;
  if (vectors === 0) return new Float32Array(offsets.length - 1).fill(-Infinity);
  const products = tf.tidy(() => linear(tf.tensor2d(values, [vectors, dimension]), weight, bias));
  const read = (await readBack(products, 'MaxSim').finally(() => products.dispose())) as Float32Array;
  return sumsOfMaxima(read, bias.shape[0], offsets);
}

/** From products [vectors, asking] to a score a document. */
function sumsOfMaxima(products: Float32Array, asking: number, offsets: Int32Array): Float32Array {
  const scores = new Float32Array(offsets.length - 1);
  const best = new Float32Array(asking);
  for (let document = 0; document < scores.length; document++) {
    best.fill(-Infinity);
    for (let row = offsets[document]!; row < offsets[document + 1]!; row++) {
      const from = row * asking;
      for (let q = 0; q < asking; q++) {
        const product = products[from + q]!;
        if (product > best[q]!) best[q] = product;
      }
    }
    scores[document] = best.reduce((sum, value) => sum + value, 0);
  }
  return scores;
}
