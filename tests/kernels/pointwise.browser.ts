import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { activate, activateGradient } from '../../src/kernels/activation';
import { ACTIVATIONS } from '../../src/kernels/activation-names';
import { dropout } from '../../src/kernels/dropout';
import { embed } from '../../src/kernels/embed';
import { hasKernel } from '../../src/kernels/kernel';
import { placeRows } from '../../src/kernels/place-rows';
import { rowGradient, segmentSum } from '../../src/kernels/rows';
import { LENGTHS, expectAgreement, openWebgpu, random, tensor, type Plain } from './on-webgpu';

beforeAll(async () => {
  await openWebgpu();
});

test.each(['Activation', 'ActivationGrad', 'SeededDropout', 'EmbedSum', 'SegmentSum'])('%s is registered', (name) => {
  expect(hasKernel(name)).toBe(true);
});

test.each(ACTIVATIONS)('%s and its derivative', async (name) => {
  for (const shape of [
    [1, 3],
    [7, 12],
    [65, 64],
  ]) {
    await expectAgreement(() => {
      const x = tensor(random(shape, 1, 3));
      return [activate(x, name), activateGradient(x, tensor(random(shape, 2)), name)];
    });
  }
});

test('activations of large values are finite', async () => {
  for (const name of ACTIVATIONS) {
    await expectAgreement(() => {
      const x = tf.tensor1d([-1000, -50, -10, 0, 10, 50, 100]);
      return [activate(x, name), activateGradient(x, tf.ones([7]), name)];
    });
  }
});

test.each([
  [1, 1],
  [3, 7],
  [5, 32],
  [67, 20],
])('dropout of [%i, %i] is the reference, element by element', async (rows, columns) => {
  await expectAgreement(() => {
    const x = tensor<tf.Tensor2D>(random([rows, columns], 1));
    return [
      dropout(x, { probability: 0.1, seed: 3, firstRow: 0 }),
      dropout(x, { probability: 0.5, seed: -4, firstRow: 12345 }),
    ];
  }, 1e-7);
});

test('any number of rows', async () => {
  for (const rows of LENGTHS) {
    await expectAgreement(() => {
      const x = tensor<tf.Tensor2D>(random([rows, 12], 1));
      return [
        activate(x, 'gelu'),
        activateGradient(x, tensor<tf.Tensor2D>(random([rows, 12], 2)), 'gelu'),
        dropout(x, { probability: 0.1, seed: 3, firstRow: 5 }),
        placeRows(x, tf.tensor1d([rows - 1, -1, 0], 'int32')),
        rowGradient(
          x,
          Int32Array.from({ length: rows }, (_, i) => (7 * i) % 11),
        ).values,
      ];
    });
  }
});

/** Whole numbers below `bound`. */
const integers = (count: number, bound: number, seed: number): Plain => ({
  shape: [count],
  values: Int32Array.from(random([count], seed).values, (x) => Math.floor(Math.abs(x * 1e4)) % bound),
});

test.each([
  [1, 4],
  [37, 32],
  [70, 10],
])('the sum of embeddings of %i tokens in %i columns', async (tokens, columns) => {
  await expectAgreement(
    () => [
      embed(
        {
          word: tensor<tf.Tensor1D>(integers(tokens, 50, 1)),
          position: tensor<tf.Tensor1D>(integers(tokens, 40, 2)),
          type: tensor<tf.Tensor1D>(integers(tokens, 2, 3)),
        },
        {
          word: tensor<tf.Tensor2D>(random([50, columns], 4)),
          position: tensor<tf.Tensor2D>(random([40, columns], 5)),
          type: tensor<tf.Tensor2D>(random([2, columns], 6)),
        },
      ),
    ],
    1e-6,
  );
});

test.each([
  [1, 4, 3],
  [45, 32, 2],
  [300, 12, 40],
  // Segments padded to 8: long ones from 256 tokens on.
  [300, 12, 2],
  [301, 5, 1],
  [64, 5, 64],
])('the gradient by row of %i tokens in %i columns, %i entries', async (tokens, columns, entries) => {
  const ids = integers(tokens, entries, 1).values as Int32Array;
  await expectAgreement(() => [rowGradient(tensor<tf.Tensor2D>(random([tokens, columns], 2)), ids).values]);
});

test('an empty segment is zero', async () => {
  await expectAgreement(() => [
    segmentSum(
      tensor<tf.Tensor2D>(random([4, 8], 1)),
      tf.tensor1d([3, 0, 0], 'int32'),
      tf.tensor1d([0, 0, 2, 2, 3], 'int32'),
    ),
  ]);
});
