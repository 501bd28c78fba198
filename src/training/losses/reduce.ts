import * as tf from '@tensorflow/tfjs';
import type { Reduction } from './list-loss';

/** Mean over `count` terms, sum, or the terms themselves; terms that do not count are 0. */
export function reduced(terms: tf.Tensor, count: number, reduction: Reduction): tf.Tensor {
  if (reduction === 'none') return terms;
  const sum = tf.sum(terms);
  return reduction === 'sum' ? sum : tf.div(sum, Math.max(1, count));
}
