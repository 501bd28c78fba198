import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { activateGradientReference, activateReference } from '../../src/kernels/activation';
import { ACTIVATIONS, type ActivationName } from '../../src/kernels/activation-names';
import { attentionGradientReference, attentionReference } from '../../src/kernels/attention';
import { dropoutReference, maskValues } from '../../src/kernels/dropout';
import { embedReference } from '../../src/kernels/embed';
import { layerNormGradientReference, layerNormReference } from '../../src/kernels/layer-norm';
import { linearInputGradientReference, linearReference, linearWeightGradientReference } from '../../src/kernels/linear';
import { rowGradient, rowIndex } from '../../src/kernels/rows';
import { firstTokenSegments, selfSegments } from '../../src/kernels/segments';
import { randomTensor } from './op-cases';

/** The references' gradients are written by hand; tfjs differentiates the references' forwards by itself. */
beforeAll(async () => {
  await tf.setBackend('cpu');
});

const matrix = (rows: number, columns: number, seed: number) => randomTensor<tf.Tensor2D>([rows, columns], seed);
const vector = (size: number, seed: number) => randomTensor<tf.Tensor1D>([size], seed);

function expectSame(found: tf.Tensor[], expected: tf.Tensor[], tolerance = 1e-5) {
  expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  found.forEach((tensor, i) => {
    const difference = tf.max(tf.abs(tf.sub(tensor, expected[i]!))).dataSync()[0]!;
    expect(difference, `result ${i}`).toBeLessThan(tolerance);
  });
}

const MASK = { probability: 0.25, seed: 3, firstRow: 5 };

test('linear', () => {
  const [x, weight, bias, dy] = [matrix(5, 3, 1), matrix(3, 4, 2), vector(4, 3), matrix(5, 4, 4)];
  const expected = tf.grads((x, w, b) => linearReference(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D))(
    [x, weight, bias],
    dy,
  );
  expectSame([linearInputGradientReference(dy, weight), ...linearWeightGradientReference(x, dy)], expected);
});

test.each(ACTIVATIONS)('%s', (name) => {
  const [x, dy] = [matrix(6, 5, 1), matrix(6, 5, 2)];
  expectSame([activateGradientReference(x, dy, name)], [tf.grad((x) => activateReference(x, name))(x, dy)]);
});

/** x Φ(x) and the tanh approximation at a few points, by Python's math.erf and math.tanh in double precision. */
test.each<[ActivationName, number[]]>([
  ['gelu', [-0.00404969409489031, -0.15865525393145707, 0, 0.34573123063700656, 2.99595030590511]],
  ['gelu_new', [-0.0036373920817729943, -0.15880800939172324, 0, 0.3457140173120441, 2.996362607918227]],
])('%s at −3, −1, 0, 0.5, 3', (name, expected) => {
  expectSame([activateReference(tf.tensor1d([-3, -1, 0, 0.5, 3]), name)], [tf.tensor1d(expected)], 1e-6);
});

test.each([undefined, MASK])('layer norm, dropout %o', (dropout) => {
  const [x, residual, gamma, beta] = [matrix(5, 6, 1), matrix(5, 6, 2), vector(6, 3), vector(6, 4)];
  const dy = matrix(5, 6, 5);
  const expected = tf.grads((x, residual, gamma, beta) => {
    const inputs = { x: x as tf.Tensor2D, residual: residual as tf.Tensor2D, gamma: gamma as tf.Tensor1D, dropout };
    return layerNormReference(inputs as never, beta as tf.Tensor1D, 1e-5)[0];
  })([x, residual, gamma, beta], dy);
  const inputs = { x, residual, gamma, ...(dropout && { dropout }) };
  const [, statistics] = layerNormReference(inputs, beta, 1e-5);
  const [dSum, dGamma, dBeta] = layerNormGradientReference(dy, inputs, statistics);
  expectSame([dropout ? dropoutReference(dSum, dropout) : dSum, dSum, dGamma, dBeta], expected);
});

describe.each([undefined, MASK])('attention, dropout %o', (dropout) => {
  const offsets = Int32Array.of(0, 1, 5, 8);

  test.each(['self', 'first tokens'])('%s', (kind) => {
    const segments = kind === 'self' ? selfSegments(offsets) : firstTokenSegments(offsets, 2);
    const queries = kind === 'self' ? 8 : 2;
    const options = { heads: 2, ...(dropout && { dropout }) };
    const [q, kv, dContext] = [matrix(queries, 6, 1), matrix(8, 12, 2), matrix(queries, 6, 3)];
    const expected = tf.grads((q, kv) => attentionReference(q as tf.Tensor2D, kv as tf.Tensor2D, segments, options)[0])(
      [q, kv],
      dContext,
    );
    const [context, logSumExp] = attentionReference(q, kv, segments, options);
    expectSame(attentionGradientReference(q, kv, context, logSumExp, dContext, segments, options), expected);
  });
});

test('attention of one sequence is softmax(q kᵀ / √d) v', () => {
  const [q, kv] = [matrix(3, 2, 1), matrix(3, 4, 2)];
  const scores = tf.matMul(q, tf.transpose(tf.slice(kv, [0, 0], [3, 2])));
  const expected = tf.matMul(tf.softmax(tf.div(scores, Math.SQRT2)), tf.slice(kv, [0, 2], [3, 2]));
  const [context] = attentionReference(q, kv, selfSegments(Int32Array.of(0, 3)), { heads: 1 });
  expectSame([context], [expected]);
});

describe('dropout', () => {
  test('keeps about 1 − p of the elements and their mean', () => {
    const values = maskValues(0, 100_000, { probability: 0.1, seed: 1, firstRow: 0 });
    const keptShare = values.filter((value) => value > 0).length / values.length;
    // Five standard deviations.
    expect(Math.abs(keptShare - 0.9)).toBeLessThan(5 * Math.sqrt(0.09 / values.length));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  test('of a piece is the piece of the whole', () => {
    const x = matrix(9, 5, 1);
    const mask = { probability: 0.5, seed: 4, firstRow: 0 };
    const piece = dropoutReference(tf.slice(x, [3, 0], [4, 5]), { ...mask, firstRow: 3 });
    expectSame([piece], [tf.slice(dropoutReference(x, mask), [3, 0], [4, 5])], 1e-12);
  });

  test('differs by seed, and seeds do not run in step', () => {
    const [a, b] = [1, 2].map((seed) => maskValues(0, 4096, { probability: 0.5, seed, firstRow: 0 }));
    const agreement = (shift: number) => {
      const both = [...a!.subarray(0, 2048)].filter((value, i) => value === b![i + shift]).length;
      return both / 2048;
    };
    for (let shift = 0; shift < 64; shift++) expect(Math.abs(agreement(shift) - 0.5)).toBeLessThan(0.06);
  });

  test('refuses a probability of 1', () => {
    expect(() => maskValues(0, 1, { probability: 1, seed: 0, firstRow: 0 })).toThrow('below 1, found 1');
  });
});

test('row gradients are those of the look-up', () => {
  const ids = Int32Array.of(2, 0, 2, 5);
  const [table, dy] = [matrix(6, 3, 1), matrix(4, 3, 2)];
  const zeros = tf.zeros([4]).toInt() as tf.Tensor1D;
  const lookUp = (table: tf.Tensor) =>
    embedReference(
      { word: tf.tensor1d(ids, 'int32'), position: zeros, type: zeros },
      { word: table as tf.Tensor2D, position: tf.zeros([1, 3]), type: tf.zeros([1, 3]) },
    );
  const expected = tf.grad(lookUp)(table, dy);
  const gradient = rowGradient(dy, ids);
  expect([...gradient.rows]).toEqual([0, 2, 5]);
  expect([...rowIndex(gradient, 6)]).toEqual([0, -1, 1, -1, -1, 2]);
  const touched = tf.slice(gradient.values, [0, 0], [3, 3]);
  expectSame([tf.scatterND(tf.tensor2d(gradient.rows, [3, 1], 'int32'), touched, [6, 3])], [expected]);
});
