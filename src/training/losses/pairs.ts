import * as tf from '@tensorflow/tfjs';
import type { Labels } from './list-loss';

/** One where document i of query q must be above document j: label_i > label_j. [queries, width, width], 0 at padded places. */
export function orderedPairs(labels: Labels, width: number): tf.Tensor3D {
  const pairs = new Float32Array(labels.length * width * width);
  labels.forEach((row, q) => {
    row.forEach((above, i) => {
      const at = (q * width + i) * width;
      row.forEach((below, j) => (pairs[at + j] = above > below ? 1 : 0));
    });
  });
  return tf.tensor3d(pairs, [labels.length, width, width]);
}

/** How many ordered pairs these lists have. */
export function countPairs(labels: Labels): number {
  let count = 0;
  for (const row of labels) for (const above of row) for (const below of row) if (above > below) count++;
  return count;
}

/** Why a list has no pairs, if it has none. */
export function withoutPairs(labels: readonly number[]): string | undefined {
  return labels.some((label) => label !== labels[0]) ? undefined : 'no two documents with different labels';
}

/** s_i − s_j of each query: [queries, width] → [queries, width, width]. */
export function differences(logits: tf.Tensor2D): tf.Tensor3D {
  return tf.sub(tf.expandDims(logits, 2), tf.expandDims(logits, 1));
}
