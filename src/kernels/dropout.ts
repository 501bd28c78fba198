import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel';
import { randomAt, streamKey } from './random';

/** A dropout mask that can be made again: a pure function of these numbers and the element's place. */
export interface Dropout {
  /** Of an element being zeroed: 0 ≤ probability < 1. */
  probability: number;
  /** Of this place in the network. */
  seed: number;
  /**
   * Index of the first row in the whole batch, when `x` is only some of its rows: a batch that is worked off in pieces
   * then has the same masks as in one go.
   */
  firstRow: number;
}

/** What a program needs to make a mask; all integers are unsigned 32-bit. */
export interface MaskConstants {
  multiplier: number;
  increment: number;
  /** An element is kept when its random number is at least this. */
  threshold: number;
  /** Factor of the kept elements: 1 / (1 − probability). */
  scale: number;
}

/**
 * Constants of a mask. Element `index` is kept when `mix(index · multiplier + increment) ≥ threshold` (see random.ts).
 * Throws on a probability outside [0, 1).
 */
export function maskConstants({ probability, seed }: Dropout): MaskConstants {
  if (!(probability >= 0 && probability < 1)) {
    throw new Error(`dropout probability: expected a number of at least 0 and below 1, found ${probability}`);
  }
  return { ...streamKey(seed), threshold: Math.floor(probability * 2 ** 32), scale: 1 / (1 - probability) };
}

/** The mask of elements `first`, `first + 1`, …: 0 or the factor of a kept one. */
export function maskValues(first: number, count: number, dropout: Dropout): Float32Array {
  const { threshold, scale, ...key } = maskConstants(dropout);
  return Float32Array.from({ length: count }, (_, i) => (randomAt(key, first + i) >= threshold ? scale : 0));
}

/** Stock-op version of `dropout`: the mask is made on the CPU. */
export function dropoutReference(x: tf.Tensor2D, dropout: Dropout): tf.Tensor2D {
  return tf.tidy(() => {
    const [rows, columns] = x.shape;
    return tf.mul(x, tf.tensor2d(maskValues(dropout.firstRow * columns, rows * columns, dropout), [rows, columns]));
  });
}

/**
 * Zeroes elements at random and scales the others by 1 / (1 − probability) (Srivastava et al., 2014). It is its own
 * gradient: give it dL/dy for dL/dx. Element (row, column) of `x` [rows, columns] has index
 * `(firstRow + row) · columns + column`.
 *
 * Kernel `SeededDropout`: {x}, attributes `Dropout` → y.
 */
export function dropout(x: tf.Tensor2D, dropout: Dropout): tf.Tensor2D {
  if (dropout.probability === 0) return x.clone();
  if (hasKernel('SeededDropout')) return runKernel<tf.Tensor2D>('SeededDropout', { x }, dropout);
  return dropoutReference(x, dropout);
}
