import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { activate, activateGradient } from '../../src/kernels/activation';
import { attention, attentionGradient } from '../../src/kernels/attention';
import { dropout } from '../../src/kernels/dropout';
import { layerNorm, layerNormGradient } from '../../src/kernels/layer-norm';
import { linear, linearInputGradient, linearWeightGradient } from '../../src/kernels/linear';
import { selfSegments } from '../../src/kernels/segments';
import { useTwoThreads } from './backends';
import { OP_CASES, randomTensor, type OpCase } from './op-cases';

const matrix = (rows: number, columns: number, seed: number) => randomTensor<tf.Tensor2D>([rows, columns], seed);
const vector = (size: number, seed: number) => randomTensor<tf.Tensor1D>([size], seed);
const MASK = { probability: 0.3, seed: 7, firstRow: 11 };

/** Large enough that each op has several parts. */
const LARGE: OpCase[] = [
  {
    name: 'linear, 700 rows',
    compute() {
      const [x, weight, dy] = [matrix(700, 390, 1), matrix(390, 120, 2), matrix(700, 120, 3)];
      const gradients = [linearInputGradient(dy, weight, matrix(700, 390, 5)), ...linearWeightGradient(x, dy)];
      return [linear(x, weight, vector(120, 4), 'gelu'), ...gradients];
    },
  },
  {
    name: 'activation and dropout, 300,000 elements',
    compute() {
      const [x, dy] = [matrix(1000, 300, 1), matrix(1000, 300, 2)];
      return [activate(x, 'gelu'), activateGradient(x, dy, 'gelu'), dropout(x, MASK)];
    },
  },
  {
    name: 'layer norm, 700 rows',
    compute() {
      const inputs = { x: matrix(700, 48, 1), residual: matrix(700, 48, 2), gamma: vector(48, 4), dropout: MASK };
      const [y, statistics] = layerNorm(inputs, vector(48, 5), 1e-12);
      return [y, statistics, ...layerNormGradient(matrix(700, 48, 3), inputs, statistics)];
    },
  },
  {
    name: 'attention, 300 sequences: more than the queue holds',
    compute() {
      const segments = selfSegments(Int32Array.from({ length: 301 }, (_, i) => 3 * i));
      const [q, kv, dContext] = [matrix(900, 16, 1), matrix(900, 32, 2), matrix(900, 16, 3)];
      const options = { heads: 2, dropout: MASK };
      const [context, logSumExp] = attention(q, kv, segments, options);
      return [context, logSumExp, ...attentionGradient(q, kv, context, logSumExp, dContext, segments, options)];
    },
  },
];

const values = ({ compute }: OpCase) =>
  tf.tidy(() => compute().map((tensor) => Array.from(tensor.dataSync() as Float32Array)));

let two: Awaited<ReturnType<typeof useTwoThreads>>;
beforeAll(async () => {
  two = await useTwoThreads();
});

test('one memory is shared', () => {
  const { memory } = two;
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('two threads compute what one does, to the last bit', async () => {
  const cases = [...OP_CASES, ...LARGE];
  const before = tf.memory().numTensors;
  const found = cases.map(values);
  two.close();
  await two.useOne();
  for (const [i, opCase] of cases.entries()) expect(values(opCase), opCase.name).toEqual(found[i]);
  expect(tf.memory().numTensors).toBe(before);
});
