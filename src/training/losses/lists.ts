import * as tf from '@tensorflow/tfjs';
import { PADDING } from './list-loss';

/**
 * Scores of a batch's documents end to end, as rows: [Σ lengths] → [lists, longest list], shorter rows filled with `PADDING`.
 * Differentiable. (Slices and pads: wasm has no gradient of gather.)
 */
export function toRows(scores: tf.Tensor1D, lengths: readonly number[]): tf.Tensor2D {
  const longest = Math.max(...lengths);
  return tf.tidy(() => {
    if (lengths.every((length) => length === longest)) return tf.reshape(scores, [lengths.length, longest]);
    let at = 0;
    const rows = lengths.map((length) => {
      const row = tf.slice(scores, [at], [length]);
      at += length;
      return tf.pad(row, [[0, longest - length]], PADDING);
    });
    return tf.reshape(tf.concat(rows), [lengths.length, longest]);
  });
}
