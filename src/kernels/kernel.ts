import * as tf from '@tensorflow/tfjs';

/**
 * How an op finds its fast program: a backend registers one under the op's kernel name with `tf.registerKernel`, so that
 * tfjs counts its memory and its time as its own; a backend without one runs the op's reference, made of stock ops.
 *
 *   linear(x, w, b) ── kernel 'Linear' of webgpu  (WGSL,  *.webgpu.ts)
 *                   ├─ kernel 'Linear' of wasm    (SIMD,  wasm/)
 *                   └─ linearReference            (any backend; the oracle of both)
 *
 * Forward and backward of an op stand side by side in its file, as plain functions: the models call them in order and
 * free what is no longer needed, which tfjs's tape cannot (it keeps every intermediate until the end of the step).
 */

/** Whether the current backend has its own program for `name`. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) != null;
}

/** Runs the current backend's program `name`. Inputs that are absent are left out of what the program sees. */
export function runKernel<Output extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: Record<string, tf.Tensor | undefined>,
  attributes: object,
): Output {
  const present = Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined);
  return tf.engine().runKernel(name, Object.fromEntries(present), attributes as tf.NamedAttrMap) as unknown as Output;
}
