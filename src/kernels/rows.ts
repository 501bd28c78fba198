import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel';

/**
 * Gradient of an embedding table of which a batch touches few rows: never a dense [vocabulary, columns] tensor.
 *
 *   tokens     7  3  7  9            order  1 | 0  2 | 3
 *   gradients  a  b  c  d     →      rows   3 | 7    | 9        values  b, a + c, d, 0 …
 */
export interface RowGradient {
  /** Rows of the table that were touched, ascending. */
  rows: Int32Array;
  /** [at least rows.length, columns]; further rows are zero. */
  values: tf.Tensor2D;
}

/** Sizes are rounded up to about 1/16 of their power of two: tfjs-webgpu keeps a pool of buffers by exact size. */
function roundedUp(count: number): number {
  const step = Math.max(8, 2 ** (Math.floor(Math.log2(Math.max(1, count))) - 4));
  return Math.ceil(count / step) * step;
}

/** Positions 0 … ids.length − 1 sorted by id, and where each distinct id starts. */
function grouped(ids: Int32Array): { rows: Int32Array; order: Int32Array; starts: Int32Array } {
  // id · 2²⁶ + position is exact in a double for ids and positions below 2²⁶: one native sort, no comparator.
  const keys = Float64Array.from(ids, (id, position) => id * 2 ** 26 + position).sort();
  const order = Int32Array.from(keys, (key) => key % 2 ** 26);
  const firsts = [...order.keys()].filter((i) => i === 0 || ids[order[i]!] !== ids[order[i - 1]!]);
  const starts = new Int32Array(roundedUp(firsts.length) + 1).fill(ids.length);
  starts.set(firsts);
  return { rows: Int32Array.from(firsts, (i) => ids[order[i]!]!), order, starts };
}

/** Stock-op version of `segmentSum`: a product with a 0/1 matrix, since wasm has no segment sum. */
export function segmentSumReference(x: tf.Tensor2D, order: tf.Tensor1D, starts: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => {
    const places = order.dataSync();
    const bounds = starts.dataSync();
    const segments = bounds.length - 1;
    const membership = new Float32Array(segments * x.shape[0]);
    for (let s = 0; s < segments; s++) {
      for (let i = bounds[s]!; i < bounds[s + 1]!; i++) membership[s * x.shape[0] + places[i]!]! += 1;
    }
    return tf.matMul(tf.tensor2d(membership, [segments, x.shape[0]]), x);
  });
}

/**
 * Row s of the result is the sum of rows `order[starts[s]] … order[starts[s + 1] − 1]` of x; an empty segment gives zeros.
 * x [rows, columns], order int32 [entries], starts int32 [segments + 1] → float32 [segments, columns]. `inverse` takes out the factor
 * of x in halves.
 *
 * Kernel `SegmentSum`: {x, order, starts, inverse?} → [segments, columns].
 */
export function segmentSum(
  x: tf.Tensor2D,
  order: tf.Tensor1D,
  starts: tf.Tensor1D,
  inverse?: tf.Tensor1D,
): tf.Tensor2D {
  if (hasKernel('SegmentSum')) return runKernel<tf.Tensor2D>('SegmentSum', { x, order, starts, inverse }, {});
  return segmentSumReference(x, order, starts);
}

/**
 * Gradient of looking up `ids` [tokens] in a table, from the looked-up rows' gradient dy [tokens, columns], and `inverse` of its factor
 * where that is in halves.
 */
export function rowGradient(dy: tf.Tensor2D, ids: Int32Array, inverse?: tf.Tensor1D): RowGradient {
  const { rows, order, starts } = grouped(ids);
  const values = tf.tidy(() => segmentSum(dy, tf.tensor1d(order, 'int32'), tf.tensor1d(starts, 'int32'), inverse));
  return { rows, values };
}

/** The sum of two gradients of one table. Its operands stay as they are. */
export function addRowGradients(a: RowGradient, b: RowGradient): RowGradient {
  const ids = new Int32Array(a.rows.length + b.rows.length);
  ids.set(a.rows);
  ids.set(b.rows, a.rows.length);
  const touched = (g: RowGradient) => tf.slice(g.values, [0, 0], [g.rows.length, g.values.shape[1]]);
  const both = tf.tidy(() => tf.concat([touched(a), touched(b)], 0));
  const sum = rowGradient(both, ids);
  both.dispose();
  return sum;
}

/** For each of a table's `count` rows, its place in `gradient.values`, or −1: int32 [count]. */
export function rowIndex(gradient: RowGradient, count: number): Int32Array {
  const index = new Int32Array(count).fill(-1);
  gradient.rows.forEach((row, place) => (index[row] = place));
  return index;
}
