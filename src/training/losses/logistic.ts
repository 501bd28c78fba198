import * as tf from '@tensorflow/tfjs';

/**
 * Binary cross entropy of logits x with targets t from 0 to 1, of one shape: max(x, 0) − x t + log(1 + exp(−|x|)), finite for every x.
 * Gradient by x: σ(x) − t; by t: not computed, targets are given.
 */
export const crossEntropyOf = tf.customGrad((x, t, save) => {
  const [logit, target] = [x as tf.Tensor, t as tf.Tensor];
  (save as tf.GradSaveFunc)([logit, target]);
  const value = tf.tidy(() =>
    tf.add(tf.sub(tf.relu(logit), tf.mul(logit, target)), tf.log1p(tf.exp(tf.neg(tf.abs(logit))))),
  );
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => [
    tf.mul(dy, tf.sub(tf.sigmoid(saved[0]!), saved[1]!)),
    tf.zerosLike(saved[1]!),
  ];
  return { value, gradFunc };
}) as (x: tf.Tensor, t: tf.Tensor) => tf.Tensor;

/** The same where the target is 1: log(1 + exp(−x)). */
export function crossEntropyOfOne(x: tf.Tensor): tf.Tensor {
  return crossEntropyOf(x, tf.onesLike(x));
}
