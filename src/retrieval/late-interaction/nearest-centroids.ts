/** Which centroid each vector is nearest to: the heavy product of building an index. */
import * as tf from '@tensorflow/tfjs';
import { linear } from '../../kernels/linear';
import { readBack } from '../../kernels/read-back';
import { turn } from '../../kernels/turn';

/** Products held at once: 16 MiB. */
const PRODUCTS_AT_ONCE = 1 << 22;

/** Centroids on the device, as the weight of a linear layer; the caller's to dispose. */
export interface DeviceCentroids {
  count: number;
  dimension: number;
  /** [dimension, count] */
  weight: tf.Tensor2D;
  /** [count]: what is added to a vector's product with each centroid before the largest is taken. */
  bias: tf.Tensor1D;
}

/**
 * @param centroids [count · dimension]
 * @param by `product`: the largest product is nearest, as ColBERTv2 encodes. `distance`: the smallest Euclidean distance, as k-means
 *   asks; argmin |x − c|² is argmax x·c − |c|²/2.
 */
export function deviceCentroids(
  centroids: Float32Array,
  dimension: number,
  by: 'product' | 'distance',
): DeviceCentroids {
  const count = centroids.length / dimension;
  const bias = new Float32Array(count);
  if (by === 'distance') {
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let i = c * dimension; i < (c + 1) * dimension; i++) sum += centroids[i]! ** 2;
      bias[c] = -sum / 2;
    }
  }
  return {
    count,
    dimension,
    weight: tf.tidy(() => tf.transpose(tf.tensor2d(centroids, [count, dimension]))),
    bias: tf.tensor1d(bias),
  };
}

/** Vectors [vectors · dimension] → the number of each one's nearest centroid. Lets messages be heard between two products. */
export async function nearestCentroids(
  { count, dimension, weight, bias }: DeviceCentroids,
  vectors: Float32Array,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const total = vectors.length / dimension;
  const nearest = new Uint32Array(total);
  const atOnce = Math.max(1, Math.floor(PRODUCTS_AT_ONCE / count));
  for (let from = 0; from < total; from += atOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(atOnce, total - from);
    const some = vectors.subarray(from * dimension, (from + rows) * dimension);
    const found = tf.tidy(() => tf.argMax(linear(tf.tensor2d(some, [rows, dimension]), weight, bias), 1));
    nearest.set(await readBack(found, 'nearest centroids').finally(() => found.dispose()), from);
    await turn();
  }
  return nearest;
}
