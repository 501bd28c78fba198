import * as tf from '@tensorflow/tfjs';
import type { Labels } from './list-loss';
import { fromLabels } from './lists';

/**
 * Rank of each document by score: 1 + the documents of its list with a higher score + those with the same score before it. [queries,
 * width]; what padded places get does not matter, but they do not count.
 */
export function currentRanks(logits: tf.Tensor2D, labels: Labels): tf.Tensor2D {
  return tf.tidy(() => {
    const width = logits.shape[1];
    const [mine, other] = [tf.expandDims(logits, 2), tf.expandDims(logits, 1)];
    const before = tf.tensor2d(
      Float32Array.from({ length: width * width }, (_, at) => (at % width < Math.floor(at / width) ? 1 : 0)),
      [width, width],
    );
    const above = tf.add(
      tf.cast(tf.greater(other, mine), 'float32'),
      tf.mul(tf.cast(tf.equal(other, mine), 'float32'), before),
    );
    const present = fromLabels(labels, width, (list) => list.map(() => 1));
    return tf.add(tf.sum(tf.mul(above, tf.expandDims(present, 1)), 2), 1) as tf.Tensor2D;
  });
}
