import type * as tf from '@tensorflow/tfjs';
import { runKernel } from './kernel';

/**
 * Matrices of half-precision floats. tfjs has no such type: two halves lie in one int32, the first in its low bits, so that
 * tfjs's own account of bytes is true.
 *
 *   elements   [rows, columns]        a b c d │ e f g h       columns divisible by 4
 *   in tfjs    [rows, columns / 2]    ab  cd  │ ef  gh        int32
 *
 * Only the webgpu backend has programs for them. Every op takes its activations and their gradients all as floats or all as
 * halves, and gives the same; weights come in the like; biases, norms' parameters, statistics and the gradients of parameters
 * are floats always. Sums run in float32 whatever is stored, and what is too large for a half becomes the largest one.
 *
 * Gradients are too small for halves as they are: they travel multiplied by a factor (`halfGradientScale`), which ops that
 * give a parameter's gradient take out again.
 */
export function isHalf({ dtype }: tf.TensorInfo): boolean {
  return dtype === 'int32';
}

/** A tensor's shape in elements, whatever they are. */
export function elementShape(x: tf.TensorInfo): number[] {
  return isHalf(x) ? [...x.shape.slice(0, -1), 2 * x.shape.at(-1)!] : x.shape;
}

/** The number of its elements. */
export function sizeOf(x: tf.TensorInfo): number {
  return elementShape(x).reduce((product, n) => product * n, 1);
}

/** Largest finite half. */
export const LARGEST_HALF = 65504;

/** The factor of gradients in halves, and what takes it out again: both float32 [1], on the device. */
export interface GradientScale {
  factor: tf.Tensor1D;
  inverse: tf.Tensor1D;
}

/**
 * Rounds to halves: x float32 [rows, columns], times `factor` if there is one.
 *
 * Kernel `ToHalf`: {x, factor?} → int32 [rows, columns / 2].
 */
export function toHalf(x: tf.Tensor2D, factor?: tf.Tensor1D): tf.Tensor2D {
  return runKernel<tf.Tensor2D>('ToHalf', { x, factor }, {});
}

/**
 * The floats of halves, times `factor` if there is one.
 *
 * Kernel `ToFloat`: {x, factor?} → float32 [rows, columns].
 */
export function toFloat(x: tf.Tensor2D, factor?: tf.Tensor1D): tf.Tensor2D {
  return runKernel<tf.Tensor2D>('ToFloat', { x, factor }, {});
}

/**
 * The power of two that brings the largest element of `dy` (float32) to between 2⁷ and 2⁸; 1 if all are zero. A half has 11 bits
 * from 2⁻¹⁴ on and nothing below 2⁻²⁵. On MiniLM, with lists of MS MARCO, the gradients inside the encoder are up to 2⁵ times the
 * largest at its output, half of them below 2⁻¹⁴ of it and one in a hundred below 2⁻²³: unscaled, where the largest is 2⁻⁷, most
 * would be lost.
 *
 * Kernel `HalfGradientScale`: {dy} → [factor, inverse].
 */
export function halfGradientScale(dy: tf.Tensor2D): GradientScale {
  const [factor, inverse] = runKernel<tf.Tensor[]>('HalfGradientScale', { dy }, {}) as [tf.Tensor1D, tf.Tensor1D];
  return { factor, inverse };
}
