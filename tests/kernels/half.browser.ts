import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { describe, expect, test } from 'vitest';
import { float16ToFloat32, float32ToFloat16 } from '../../src/formats/float16';
import { activate, activateGradient } from '../../src/kernels/activation';
import { adamW } from '../../src/kernels/adam-w';
import { attention, attentionGradient } from '../../src/kernels/attention';
import { dropout } from '../../src/kernels/dropout';
import { embed } from '../../src/kernels/embed';
import { LARGEST_HALF, halfGradientScale, isHalf, sizeOf, toFloat, toHalf } from '../../src/kernels/half';
import { layerNorm, layerNormGradient } from '../../src/kernels/layer-norm';
import { linear, linearInputGradient, linearWeightGradient } from '../../src/kernels/linear';
import { useVariants } from '../../src/kernels/program-variants';
import { placeRows } from '../../src/kernels/place-rows';
import { readBack } from '../../src/kernels/read-back';
import { rowGradient } from '../../src/kernels/rows';
import { selfSegments } from '../../src/kernels/segments';
import { onBoth, openWebgpu, random, relativeError, tensor, type Plain } from './on-webgpu';

const device = await openWebgpu();

/** Values that halves have: then both backends begin with the same numbers. */
const rounded = ({ shape, values }: Plain): Plain => ({
  shape,
  values: float16ToFloat32(float32ToFloat16(values as Float32Array)),
});

/** A matrix of normal variates: halves on webgpu, the same values as floats on the cpu backend, where the references run. */
function matrix(rows: number, columns: number, seed: number, deviation = 1): tf.Tensor2D {
  const x = tensor<tf.Tensor2D>(rounded(random([rows, columns], seed, deviation)));
  return tf.getBackend() === 'webgpu' ? toHalf(x) : x;
}

const vector = (size: number, seed: number) => tensor<tf.Tensor1D>(random([size], seed));

/** A half's relative rounding error is at most 2⁻¹¹; results that pass through another half have two of them. */
const ROUNDING = 2 ** -11;

async function expectHalves(make: () => tf.Tensor[], tolerance = ROUNDING): Promise<void> {
  const { expected, found } = await onBoth(() => make().map((t) => (isHalf(t) ? toFloat(t as tf.Tensor2D) : t)));
  const errors = expected.map((plain, i) => relativeError(found[i]!, plain));
  expect(Math.max(...errors), `relative errors ${errors.map((e) => e.toExponential(1)).join(' ')}`).toBeLessThan(
    tolerance * 1.01,
  );
}

const VARIANTS = [
  { name: 'halves stored', halves: false, missing: '' },
  {
    name: 'halves computed with',
    halves: true,
    missing: device.features.includes('shader-f16') ? '' : 'skipped: this adapter has no shader-f16',
  },
];

describe.each(VARIANTS)('$name $missing', ({ halves, missing }) => {
  const run = (name: string, compute: () => Promise<void>) =>
    test.skipIf(missing !== '')(name, async () => {
      useVariants(tf.backend() as WebGPUBackend, { halves });
      await compute();
    });

  run('floats to halves and back, rounded to nearest, the largest for what is larger', async () => {
    const values = [1, -2.5, 0, 1e-7, 65504, 1e5, -1e30, 1 / 3];
    const half = toHalf(tf.tensor2d(values, [2, 4]));
    expect([half.dtype, half.shape, sizeOf(half)]).toEqual(['int32', [2, 2], 8]);
    const found = await readBack(toFloat(half));
    // 1e−7 is below the normal halves: a device may flush those.
    const expected = [
      1,
      -2.5,
      0,
      found[3] === 0 ? 0 : 2 ** -23,
      LARGEST_HALF,
      LARGEST_HALF,
      -LARGEST_HALF,
      0.333251953125,
    ];
    expect([...found]).toEqual(expected);
  });

  // Sums that begin in halves go through up to 31 more roundings, of sizes that add up at random.
  const ofProducts = halves ? 4 * ROUNDING : ROUNDING;

  run('linear', () => expectHalves(() => [linear(matrix(33, 384, 1), matrix(384, 36, 2), vector(36, 3))], ofProducts));

  run('linear with GELU, and rounded before it', () =>
    expectHalves(() => [linear(matrix(5, 32, 1), matrix(32, 8, 2), vector(8, 3), 'gelu')], 2 * ofProducts),
  );

  run("linear's gradients", () =>
    expectHalves(() => {
      const [x, weight, dy] = [matrix(70, 36, 1), matrix(36, 44, 2), matrix(70, 44, 3)];
      return [
        linearInputGradient(dy, weight),
        linearInputGradient(dy, weight, matrix(70, 36, 4)),
        ...linearWeightGradient(x, dy),
      ];
    }),
  );

  run("a weight's gradient in parts, its factor taken out", async () => {
    const [x, dy] = [random([523, 8], 1), random([523, 12], 2)];
    const { expected, found } = await onBoth(() => {
      const given = [rounded(x), rounded(dy)].map((plain) => tensor<tf.Tensor2D>(plain)) as [tf.Tensor2D, tf.Tensor2D];
      if (tf.getBackend() !== 'webgpu') return linearWeightGradient(...given);
      const { factor, inverse } = halfGradientScale(given[1]);
      return linearWeightGradient(toHalf(given[0]), toHalf(given[1], factor), inverse);
    });
    // The parameters' gradients are float sums of halves: exact but for the order.
    for (const [i, plain] of expected.entries()) expect(relativeError(found[i]!, plain)).toBeLessThan(1e-5);
  });

  run('attention and its gradients, with dropout', () =>
    expectHalves(() => {
      const segments = selfSegments(Int32Array.of(0, 1, 6, 40, 43));
      const options = { heads: 2, dropout: { probability: 0.1, seed: 5, firstRow: 7 } };
      const [q, kv, dContext] = [matrix(43, 64, 1), matrix(43, 128, 2), matrix(43, 64, 3)];
      const [context, logSumExp] = attention(q, kv, segments, options);
      const gradients = attentionGradient(q, kv, context, logSumExp, dContext, segments, options);
      segments.dispose();
      return [context, logSumExp, ...gradients];
    }, 2 * ROUNDING),
  );

  run('layer norm and its gradients, with residual and dropout', () =>
    expectHalves(() => {
      const inputs = {
        x: matrix(37, 100, 1),
        residual: matrix(37, 100, 2),
        gamma: vector(100, 3),
        dropout: { probability: 0.1, seed: 5, firstRow: 7 },
      };
      const [y, statistics] = layerNorm(inputs, vector(100, 4), 1e-12);
      return [y, statistics, ...layerNormGradient(matrix(37, 100, 5), inputs, statistics)];
    }),
  );

  run('rows picked and put back keep every bit', () =>
    expectHalves(() => {
      const x = matrix(9, 12, 1);
      return [placeRows(x, tf.tensor1d([8, 0, 3], 'int32')), placeRows(x, tf.tensor1d([-1, 2, -1, -1, 0], 'int32'))];
    }, 1e-9),
  );

  run('activation, dropout, embedding and its gradient', () =>
    expectHalves(() => {
      const x = matrix(9, 12, 1, 3);
      const ids = Int32Array.of(3, 0, 3, 1, 4, 0, 3, 2, 1);
      const id = tf.tensor1d(ids, 'int32');
      const table = tensor<tf.Tensor2D>(random([5, 12], 2));
      const tables = { word: table, position: table, type: table };
      return [
        activate(x, 'gelu'),
        activateGradient(x, matrix(9, 12, 3), 'gelu'),
        dropout(x, { probability: 0.3, seed: 7, firstRow: 11 }),
        embed({ word: id, position: id, type: id }, tables, tf.getBackend() === 'webgpu'),
        rowGradient(x, ids).values,
      ];
    }),
  );
});

test.each([
  [[1e-3, -7e-3, 0, 2e-9], 2 ** 15],
  [[3, 200, -1], 1],
  [[-1e6], 2 ** -12],
  [[0, 0], 1],
])('the factor of gradients %j brings the largest to between 2⁷ and 2⁸', async (values, expected) => {
  const { factor, inverse } = halfGradientScale(tf.tensor2d(values, [1, values.length]));
  expect([...(await readBack(factor))]).toEqual([expected]);
  expect([...(await readBack(inverse))]).toEqual([1 / expected]);
});

test('AdamW keeps the copies in halves equal to its parameters, rounded', async () => {
  const shapes = [[6, 8], [4, 12], [3], [1]];
  const parameters = shapes.map((shape, i) => tf.variable(tensor(random(shape, i))));
  const halves = parameters.map((p, i) => (i < 2 ? toHalf(p as unknown as tf.Tensor2D) : undefined));
  const zeros = () => tf.variable(tf.zeros([48 + 48 + 3 + 1])) as tf.Variable<tf.Rank.R1>;
  const gradients = shapes.map((shape, i) => tensor(random(shape, 9 + i)));
  const options = {
    weightDecay: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    clipNorm: 0,
    learningRate: 0.1,
    step: 1,
  };
  adamW({ parameters, halves, firstMoment: zeros(), secondMoment: zeros() }, gradients, tf.scalar(1), options);
  for (const [i, half] of halves.entries()) {
    const values = (await readBack(parameters[i]!)) as Float32Array;
    // Each moved by the learning rate: none was left out.
    expect(relativeError({ shape: shapes[i]!, values }, random(shapes[i]!, i))).toBeGreaterThan(0.01);
    if (half) expect(await readBack(toFloat(half))).toEqual(float16ToFloat32(float32ToFloat16(values)));
  }
});
