import * as tf from '@tensorflow/tfjs';
import { PADDING, type Labels } from './list-loss';

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

/** A number of each document, made of its list's labels, as rows [queries, width]; 0 after a list's end. */
export function fromLabels(
  labels: Labels,
  width: number,
  valuesOf: (list: readonly number[]) => readonly number[],
): tf.Tensor2D {
  const rows = new Float32Array(labels.length * width);
  labels.forEach((list, q) => rows.set(valuesOf(list), q * width));
  return tf.tensor2d(rows, [labels.length, width]);
}

/** The logits [queries, width] with −1e9 at padded places, whatever they held: a softmax over the row is one over the list. */
export function withoutPadding(logits: tf.Tensor2D, labels: Labels): tf.Tensor2D {
  return tf.tidy(() => {
    const present = fromLabels(labels, logits.shape[1], (list) => list.map(() => 1));
    return tf.add(tf.mul(logits, present), tf.mul(tf.sub(present, 1), 1e9));
  });
}

/** A value made of logits that no gradient flows through. */
export function asConstant(logits: tf.Tensor2D, valueOf: (logits: tf.Tensor2D) => tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((x) => ({
    value: tf.tidy(() => valueOf(x as tf.Tensor2D)),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }));
  return constant(logits);
}
