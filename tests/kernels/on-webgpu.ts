import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { openDevice, type Device } from '../../src/kernels/device';
import { readBack } from '../../src/kernels/read-back';
import { normals } from '../../src/kernels/random';

/** One WebGPU device for a test file. */
export function openWebgpu(): Promise<Device> {
  return openDevice({ backend: 'webgpu' });
}

/** Numbers of rows, or lengths of sequences, at and around the programs' tiles and workgroups. */
export const LENGTHS = [1, 2, 31, 33, 255, 256, 512];

/** Plain arrays, so that the same numbers reach both backends. */
export interface Plain {
  shape: number[];
  values: Float32Array | Int32Array;
}

/** Normal variates of this shape. */
export function random(shape: number[], seed: number, deviation = 1): Plain {
  const count = shape.reduce((product, n) => product * n, 1);
  return { shape, values: normals(count, deviation, seed) };
}

/** A tensor of a plain array, on the current backend. */
export function tensor<T extends tf.Tensor>({ shape, values }: Plain): T {
  return tf.tensor(values.slice(), shape, values instanceof Int32Array ? 'int32' : 'float32') as T;
}

/** What `make` returns on the cpu backend, by the ops' references, and on the open device, as plain arrays. */
export async function onBoth(make: () => tf.Tensor[]): Promise<{ expected: Plain[]; found: Plain[] }> {
  await tf.setBackend('cpu');
  const reference = tf.tidy(make);
  const expected = reference.map((t) => ({ shape: t.shape, values: t.dataSync() as Float32Array }));
  tf.dispose(reference);
  await tf.setBackend('webgpu');
  const before = tf.memory().numTensors;
  const results = tf.tidy(make);
  const found: Plain[] = [];
  for (const result of results) found.push({ shape: result.shape, values: await readBack(result) });
  tf.dispose(results);
  expect(tf.memory().numTensors).toBe(before);
  return { expected, found };
}

/** Where exact arithmetic gives zero, float32 leaves noise: values of inputs near 1 are compared to at least this. */
const SMALLEST_SCALE = 0.1;

/** Largest difference between two arrays, as a part of the largest value expected. */
export function relativeError(found: Plain, expected: Plain): number {
  expect(found.shape).toEqual(expected.shape);
  let difference = 0;
  let largest = 0;
  for (const [i, value] of expected.values.entries()) {
    const distance = Math.abs(found.values[i]! - value);
    // Also for NaN.
    if (!(distance <= difference)) difference = distance;
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / Math.max(largest, SMALLEST_SCALE);
}

/** Fails unless every array agrees within `tolerance` of its largest value. */
export async function expectAgreement(make: () => tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const { expected, found } = await onBoth(make);
  const errors = expected.map((plain, i) => relativeError(found[i]!, plain));
  expect(Math.max(...errors), `relative errors ${errors.map((e) => e.toExponential(1)).join(' ')}`).toBeLessThan(
    tolerance,
  );
}
