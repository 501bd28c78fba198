import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, test } from 'vitest';
import { adamW, adamWRows, type AdamWOptions } from '../../src/kernels/adam-w';
import { globalNorm } from '../../src/kernels/global-norm';
import { hasKernel } from '../../src/kernels/kernel';
import { useVariants, variantsOf } from '../../src/kernels/program-variants';
import { WINDOW_ELEMENTS } from '../../src/kernels/window.webgpu';
import { expectAgreement, openWebgpu, random, tensor } from './on-webgpu';

beforeAll(async () => {
  await openWebgpu();
});

const OPTIONS: AdamWOptions = {
  learningRate: 1e-2,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  step: 1,
  clipNorm: 10,
};

const variable = (shape: number[], seed: number) => tf.variable(tensor(random(shape, seed)));

/** The values of variables that a run leaves, as tensors that outlive them. */
function taken(variables: tf.Variable[]): tf.Tensor[] {
  const copies = variables.map((v) => tf.add(v, 0));
  variables.forEach((v) => v.dispose());
  return copies;
}

test.each(['AdamW', 'AdamWRows', 'GlobalNorm'])('%s is registered', (name) => {
  expect(hasKernel(name)).toBe(true);
});

test.each([[[[5]]], [[[3, 4], [7], [1]]], [[[300, 257], [2], [33, 31], [5, 5]]]])('norm over %j', async (shapes) => {
  await expectAgreement(() => [globalNorm(shapes.map((shape, i) => tensor(random(shape, i))))]);
});

test('a norm without subgroups', async () => {
  const backend = tf.backend() as WebGPUBackend;
  const before = variantsOf(backend);
  useVariants(backend, { lanes: 1 });
  await expectAgreement(() => [globalNorm([tensor(random([300, 257], 1)), tensor(random([31], 2))])]);
  useVariants(backend, before);
});

test('a norm over more than one window', async () => {
  // Ones: 4,194,304 + 5 of them, exact in float32.
  const norm = globalNorm([tf.ones([3]), tf.ones([WINDOW_ELEMENTS]), tf.ones([2])]);
  const [value] = await norm.data();
  expect(value).toBeCloseTo(Math.sqrt(WINDOW_ELEMENTS + 5), 2);
});

test.each([0, 0.5, 100])('AdamW over tensors of any size, clipped at %d, three steps', async (clipNorm) => {
  const shapes = [[6, 7], [33], [1], [65, 4], [3]];
  await expectAgreement(() => {
    const parameters = shapes.map((shape, i) => variable(shape, i));
    const size = parameters.reduce((sum, p) => sum + p.size, 0);
    const [firstMoment, secondMoment] = [tf.variable(tf.zeros([size])), tf.variable(tf.zeros([size]))] as [
      tf.Variable<tf.Rank.R1>,
      tf.Variable<tf.Rank.R1>,
    ];
    for (let step = 1; step <= 3; step++) {
      const gradients = shapes.map((shape, i) => tensor(random(shape, 10 * step + i)));
      adamW({ parameters, firstMoment, secondMoment }, gradients, globalNorm(gradients), {
        ...OPTIONS,
        clipNorm,
        step,
      });
    }
    return taken([...parameters, firstMoment, secondMoment] as tf.Variable[]);
  });
});

test('AdamW over more than one window', async () => {
  const shapes = [[5], [WINDOW_ELEMENTS], [4]];
  const parameters = shapes.map((shape) => tf.variable(tf.ones(shape)));
  const gradients = shapes.map((shape, i) => tf.fill(shape, i + 1));
  const zeros = () => tf.variable(tf.zeros([WINDOW_ELEMENTS + 9])) as tf.Variable<tf.Rank.R1>;
  const [firstMoment, secondMoment] = [zeros(), zeros()];
  adamW({ parameters, firstMoment, secondMoment }, gradients, tf.scalar(1), OPTIONS);
  // At the first step every element moves by the learning rate, whatever its gradient.
  for (const parameter of parameters) {
    const values = await parameter.data();
    const ends = [values[0]!, values.at(-1)!, Math.min(...values.subarray(0, 5)), values[values.length >> 1]!];
    for (const value of ends) expect(value).toBeCloseTo(0.9999 - 0.01, 6);
  }
  const moments = await firstMoment.data();
  expect(moments[4]).toBeCloseTo(0.1, 6);
  expect(moments[5]).toBeCloseTo(0.2, 6);
  expect(moments[WINDOW_ELEMENTS + 4]).toBeCloseTo(0.2, 6);
  expect(moments[WINDOW_ELEMENTS + 8]).toBeCloseTo(0.3, 6);
});

test.each([8, 5])('AdamW of a table of %i columns moves the rows without a gradient as well', async (columns) => {
  await expectAgreement(() => {
    const table = {
      parameter: variable([20, columns], 1) as tf.Variable<tf.Rank.R2>,
      firstMoment: variable([20, columns], 2) as tf.Variable<tf.Rank.R2>,
      secondMoment: tf.variable(tf.ones([20, columns])) as tf.Variable<tf.Rank.R2>,
    };
    const values = tensor<tf.Tensor2D>(random([8, columns], 3));
    const gradient = { rows: Int32Array.of(0, 7, 19), values };
    adamWRows(table, gradient, tf.scalar(3), { ...OPTIONS, step: 4 });
    return taken([table.parameter, table.firstMoment, table.secondMoment] as tf.Variable[]);
  });
});
