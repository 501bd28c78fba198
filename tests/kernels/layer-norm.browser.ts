import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, test } from 'vitest';
import { hasKernel } from '../../src/kernels/kernel';
import { layerNorm, layerNormGradient } from '../../src/kernels/layer-norm';
import { useVariants, variantsOf } from '../../src/kernels/program-variants';
import { LENGTHS, expectAgreement, openWebgpu, random, tensor } from './on-webgpu';

beforeAll(async () => {
  await openWebgpu();
});

test('its programs are registered', () => {
  expect(hasKernel('ResidualLayerNorm')).toBe(true);
  expect(hasKernel('ResidualLayerNormGrad')).toBe(true);
});

test.each([
  { rows: 1, columns: 4 },
  { rows: 3, columns: 32 },
  { rows: 31, columns: 128 },
  { rows: 133, columns: 100 },
  { rows: 5, columns: 384 },
])('$rows rows of $columns, with and without residual and dropout', async ({ rows, columns }) => {
  for (const residual of [false, true]) {
    for (const dropped of [false, true]) {
      await expectAgreement(() => {
        const inputs = {
          x: tensor<tf.Tensor2D>(random([rows, columns], 1, 2)),
          gamma: tensor<tf.Tensor1D>(random([columns], 2)),
          ...(residual && { residual: tensor<tf.Tensor2D>(random([rows, columns], 3)) }),
          ...(dropped && { dropout: { probability: 0.2, seed: 8, firstRow: 5 } }),
        };
        const [y, statistics] = layerNorm(inputs, tensor<tf.Tensor1D>(random([columns], 4)), 1e-12);
        const dy = tensor<tf.Tensor2D>(random([rows, columns], 5));
        return [y, statistics, ...layerNormGradient(dy, inputs, statistics)];
      });
    }
  }
});

test.each([
  { name: 'with subgroups, where there are any', lanes: undefined },
  { name: 'without subgroups', lanes: 1 },
])('any number of rows, $name', async ({ lanes }) => {
  const backend = tf.backend() as WebGPUBackend;
  const before = variantsOf(backend);
  useVariants(backend, { lanes: lanes ?? before.lanes });
  for (const rows of LENGTHS) {
    await expectAgreement(() => {
      const [x, residual] = [1, 2].map((seed) => tensor<tf.Tensor2D>(random([rows, 32], seed, 2)));
      const inputs = { x: x!, residual: residual!, gamma: tensor<tf.Tensor1D>(random([32], 3)) };
      const [y, statistics] = layerNorm(inputs, tensor<tf.Tensor1D>(random([32], 4)), 1e-12);
      return [y, statistics, ...layerNormGradient(tensor<tf.Tensor2D>(random([rows, 32], 5)), inputs, statistics)];
    });
  }
  useVariants(backend, before);
});

test('a mean far from zero loses no digits', async () => {
  await expectAgreement(() => {
    const x = tf.add(tensor<tf.Tensor2D>(random([9, 64], 1)), 100) as tf.Tensor2D;
    const ones = tf.ones([64]) as tf.Tensor1D;
    return [layerNorm({ x, gamma: ones }, tf.zeros([64]) as tf.Tensor1D, 1e-12)[0]];
  });
});
