import type * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { hasKernel } from '../../src/kernels/kernel';
import { linear, linearInputGradient, linearWeightGradient } from '../../src/kernels/linear';
import { LENGTHS, expectAgreement, openWebgpu, random, tensor } from './on-webgpu';

beforeAll(async () => {
  await openWebgpu();
});

test.each(['Linear', 'LinearInputGrad', 'LinearWeightGrad'])('%s is registered', (name) => {
  expect(hasKernel(name)).toBe(true);
});

test.each([
  { rows: 1, inputs: 4, outputs: 4 },
  { rows: 2, inputs: 36, outputs: 68 },
  { rows: 31, inputs: 32, outputs: 64 },
  { rows: 33, inputs: 64, outputs: 32 },
  { rows: 255, inputs: 20, outputs: 12 },
  // Large tiles, their edges, and a weight's gradient in several parts.
  { rows: 523, inputs: 36, outputs: 516 },
  // Sizes that the programs leave to stock ops.
  { rows: 5, inputs: 32, outputs: 1 },
  { rows: 7, inputs: 3, outputs: 8 },
])('$rows rows, $inputs to $outputs', async ({ rows, inputs, outputs }) => {
  await expectAgreement(() => {
    const x = tensor<tf.Tensor2D>(random([rows, inputs], 1));
    const weight = tensor<tf.Tensor2D>(random([inputs, outputs], 2));
    const bias = tensor<tf.Tensor1D>(random([outputs], 3));
    const dy = tensor<tf.Tensor2D>(random([rows, outputs], 4));
    const addend = tensor<tf.Tensor2D>(random([rows, inputs], 5));
    return [
      linear(x, weight, bias),
      linear(x, weight, bias, 'gelu'),
      linearInputGradient(dy, weight),
      linearInputGradient(dy, weight, addend),
      ...linearWeightGradient(x, dy),
    ];
  });
});

test.each(LENGTHS)('%i rows', async (rows) => {
  await expectAgreement(() => {
    const [x, weight] = [tensor<tf.Tensor2D>(random([rows, 36], 1)), tensor<tf.Tensor2D>(random([36, 20], 2))];
    const dy = tensor<tf.Tensor2D>(random([rows, 20], 4));
    const bias = tensor<tf.Tensor1D>(random([20], 3));
    return [linear(x, weight, bias), linearInputGradient(dy, weight), ...linearWeightGradient(x, dy)];
  });
});

test('fused with another activation', async () => {
  await expectAgreement(() => [
    linear(
      tensor<tf.Tensor2D>(random([9, 16], 1)),
      tensor<tf.Tensor2D>(random([16, 8], 2)),
      tensor<tf.Tensor1D>(random([8], 3)),
      'gelu_new',
    ),
  ]);
});
