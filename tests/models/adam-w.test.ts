import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { AdamW } from '../../src/models/adam-w';
import type { CrossEncoder } from '../../src/models/cross-encoder';
import { NODE_BACKENDS, useNodeBackend } from '../kernels/backends';
import { expectedOf, loadTiny, tinyBatch, tinyLoss } from './tiny-models';

const HYPERPARAMETERS = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const expected = expectedOf('bert');
const batch = tinyBatch(expected);

function steps(model: CrossEncoder, optimiser: AdamW, count: number): void {
  for (let i = 0; i < count; i++) {
    const { loss, logits, gradients } = model.lossAndGradients(batch, tinyLoss('RankNet', expected));
    tf.dispose([loss, logits, optimiser.step(gradients, 1e-3, 1)]);
    gradients.dispose();
  }
}

async function collected(arrays: AsyncIterable<NamedArray>): Promise<NamedArray[]> {
  const all: NamedArray[] = [];
  for await (const array of arrays) all.push(array);
  return all;
}

async function* again(arrays: NamedArray[]): AsyncGenerator<NamedArray> {
  yield* arrays;
}

describe.each(NODE_BACKENDS)('%s', (backend) => {
  beforeAll(() => useNodeBackend(backend));

  test('goes on from its saved state as if unbroken', async () => {
    const [unbroken, broken] = [await loadTiny('bert'), await loadTiny('bert')];
    const first = new AdamW(unbroken.parameters(), HYPERPARAMETERS);
    const second = new AdamW(broken.parameters(), HYPERPARAMETERS);
    steps(unbroken, first, 5);
    steps(broken, second, 2);
    const state = await collected(second.arrays());
    second.dispose();
    const third = new AdamW(broken.parameters(), HYPERPARAMETERS);
    await third.restore(again(state));
    expect(third.steps).toBe(2);
    steps(broken, third, 3);
    expect(await collected(broken.arrays())).toEqual(await collected(unbroken.arrays()));
    expect(await collected(third.arrays())).toEqual(await collected(first.arrays()));
    for (const owner of [unbroken, broken, first, third]) owner.dispose();
  });

  test('a step leaves no tensor behind', async () => {
    const model = await loadTiny('bert', { dropout: 0.1 });
    const optimiser = new AdamW(model.parameters(), HYPERPARAMETERS);
    const before = tf.memory();
    steps(model, optimiser, 10);
    const after = tf.memory();
    expect(after.numTensors).toBe(before.numTensors);
    expect(after.numBytes).toBe(before.numBytes);
    optimiser.dispose();
    model.dispose();
  });
});

describe('a state', () => {
  test('of another model is refused by name', async () => {
    await tf.setBackend('cpu');
    const model = await loadTiny('bert');
    const optimiser = new AdamW(model.parameters(), HYPERPARAMETERS);
    const state = (await collected(optimiser.arrays())).filter(({ name }) => !name.startsWith('classifier.weight'));
    await expect(optimiser.restore(again(state))).rejects.toThrow(
      'optimiser state classifier.weight.firstMoment: expected 16 values, found no such array',
    );
  });

  test('needs a gradient of every trainable parameter', async () => {
    const model = await loadTiny('bert');
    const optimiser = new AdamW(model.parameters(), HYPERPARAMETERS);
    const { gradients } = model.lossAndGradients(batch, tinyLoss('RankNet', expected));
    gradients.dense.delete('bert.pooler.dense.bias');
    expect(() => optimiser.step(gradients, 1e-3, 1)).toThrow('expected a gradient for bert.pooler.dense.bias');
  });
});
