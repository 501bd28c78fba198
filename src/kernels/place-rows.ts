import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel';

/** Stock-op version of `placeRows`. */
export function placeRowsReference(x: tf.Tensor2D, from: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => {
    const [rows, columns] = x.shape;
    const withZeros = tf.concat([x, tf.zeros([1, columns])]);
    return tf.gather(withZeros, tf.where(tf.less(from, 0), tf.fill(from.shape, rows, 'int32'), from)) as tf.Tensor2D;
  });
}

/**
 * Row r of the result is row `from[r]` of x, or zeros where that is −1: picks rows, and puts them back into their places. x [rows, columns],
 * from int32 [count] → [count, columns], as x is. (tfjs's own gather takes integers through float32, which halves in pairs would not
 * survive.)
 *
 * Kernel `PlaceRows`: {x, from} → [count, columns].
 */
export function placeRows(x: tf.Tensor2D, from: tf.Tensor1D): tf.Tensor2D {
  if (hasKernel('PlaceRows')) return runKernel<tf.Tensor2D>('PlaceRows', { x, from }, {});
  return placeRowsReference(x, from);
}
