import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasKernel } from '../../src/kernels/kernel';
import { PROGRAMS } from '../../src/kernels/wasm/programs';
import { NODE_BACKENDS, WASM_PROGRAMS, useNodeBackend } from './backends';
import { OP_CASES } from './op-cases';

interface Values {
  shape: number[];
  values: Float32Array;
}

function results(compute: () => tf.Tensor[]): Values[] {
  const before = tf.memory().numTensors;
  const tensors = tf.tidy(compute);
  const all = tensors.map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync() as Float32Array }));
  tf.dispose(tensors);
  expect(tf.memory().numTensors).toBe(before);
  return all;
}

/** Largest difference as a part of the largest value expected (of at least 0.1: what is zero in exact arithmetic is noise). */
function relativeError(found: Values, expected: Values): number {
  expect(found.shape).toEqual(expected.shape);
  const differences = expected.values.map((value, i) => Math.abs(found.values[i]! - value));
  return Math.max(...differences) / Math.max(0.1, ...expected.values.map(Math.abs));
}

describe.each(NODE_BACKENDS.filter((name) => name !== 'cpu'))('%s', (backend) => {
  const expected = new Map<string, Values[]>();

  beforeAll(async () => {
    await useNodeBackend('cpu');
    for (const { name, compute } of OP_CASES) expected.set(name, results(compute));
    await useNodeBackend(backend);
  });

  test.each(OP_CASES)('$name agrees with the reference on the cpu', ({ name, compute }) => {
    const found = results(compute);
    const errors = expected.get(name)!.map((values, i) => relativeError(found[i]!, values));
    for (const error of errors) expect(error, `errors ${errors.join(', ')}`).toBeLessThan(1e-5);
  });
});

test.each(WASM_PROGRAMS)('%s registers every program', async (backend) => {
  await useNodeBackend(backend);
  expect(Object.keys(PROGRAMS).filter((name) => !hasKernel(name))).toEqual([]);
  await useNodeBackend('wasm, references');
  expect(Object.keys(PROGRAMS).filter(hasKernel)).toEqual([]);
});
