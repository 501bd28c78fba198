import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel';

/** Stock-op version of `globalNorm`. */
export function globalNormReference(tensors: tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor)))))) as tf.Scalar;
}

/**
 * L2 norm over all elements of all tensors (as `torch.nn.utils.clip_grad_norm_` has it), without a read-back.
 *
 * Kernel `GlobalNorm`: {x0, x1, …}, attributes {count} → scalar.
 */
export function globalNorm(tensors: tf.Tensor[]): tf.Scalar {
  if (!hasKernel('GlobalNorm')) return globalNormReference(tensors);
  const inputs = Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));
  return runKernel<tf.Scalar>('GlobalNorm', inputs, { count: tensors.length });
}
