import * as tf from '@tensorflow/tfjs';
import { activateReference } from './activation';
import type { ActivationName } from './activation-names';
import { hasKernel, runKernel } from './kernel';

/**
 * A linear layer, x W + b, over rows. Weights are kept as [in, out] (Hugging Face files have [out, in]), so that the
 * forward is a plain product: on wasm, stock matMul with a transpose flag runs about 20 times slower than without.
 */

/** Stock-op version of `linear`. */
export function linearReference(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation?: ActivationName,
): tf.Tensor2D {
  return tf.tidy(() => {
    const y = tf.add(tf.matMul(x, weight), bias) as tf.Tensor2D;
    return activation ? activateReference(y, activation) : y;
  });
}

/** Stock-op version of `linearInputGradient`. */
export function linearInputGradientReference(dy: tf.Tensor2D, weight: tf.Tensor2D, addend?: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const dx = tf.matMul(dy, tf.transpose(weight));
    return (addend ? tf.add(dx, addend) : dx) as tf.Tensor2D;
  });
}

/** Stock-op version of `linearWeightGradient`. */
export function linearWeightGradientReference(x: tf.Tensor2D, dy: tf.Tensor2D): [tf.Tensor2D, tf.Tensor1D] {
  return tf.tidy(() => [tf.matMul(tf.transpose(x), dy), tf.sum(dy, 0) as tf.Tensor1D]);
}

/**
 * `activation(x W + b)`: x [rows, in], weight [in, out], bias [out] → [rows, out]. Training leaves the activation out and
 * applies it apart, because its gradient needs its input.
 *
 * Kernel `Linear`: {x, weight, bias}, attributes {activation?} → y.
 */
export function linear(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation?: ActivationName,
): tf.Tensor2D {
  if (hasKernel('Linear')) return runKernel<tf.Tensor2D>('Linear', { x, weight, bias }, { activation });
  return linearReference(x, weight, bias, activation);
}

/**
 * dL/dx = dL/dy Wᵀ, plus `addend` [rows, in] where another path reaches the same x (a residual): dy [rows, out],
 * weight [in, out] → [rows, in].
 *
 * Kernel `LinearInputGrad`: {dy, weight, addend?} → dx.
 */
export function linearInputGradient(dy: tf.Tensor2D, weight: tf.Tensor2D, addend?: tf.Tensor2D): tf.Tensor2D {
  if (hasKernel('LinearInputGrad')) return runKernel<tf.Tensor2D>('LinearInputGrad', { dy, weight, addend }, {});
  return linearInputGradientReference(dy, weight, addend);
}

/**
 * dL/dW = xᵀ dL/dy and dL/db = the sum of dL/dy's rows: x [rows, in], dy [rows, out] → float32 [in, out] and [out]. `inverse`
 * takes out the factor of dy in halves.
 *
 * Kernel `LinearWeightGrad`: {x, dy, inverse?} → [dWeight, dBias].
 */
export function linearWeightGradient(
  x: tf.Tensor2D,
  dy: tf.Tensor2D,
  inverse?: tf.Tensor1D,
): [tf.Tensor2D, tf.Tensor1D] {
  if (hasKernel('LinearWeightGrad'))
    return runKernel<tf.Tensor[]>('LinearWeightGrad', { x, dy, inverse }, {}) as [tf.Tensor2D, tf.Tensor1D];
  return linearWeightGradientReference(x, dy);
}
