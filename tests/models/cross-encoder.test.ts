import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { CrossEncoder } from '../../src/models/cross-encoder';
import { Gradients } from '../../src/models/gradients';
import { NODE_BACKENDS, useNodeBackend } from '../kernels/backends';
import {
  expectedOf,
  gradientArrays,
  largestDifference,
  LOAD_OPTIONS,
  loadTiny,
  TINY_FAMILIES,
  tinyArrays,
  tinyBatch,
  tinyConfig,
} from './tiny-models';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function* changed(
  family: 'bert' | 'electra' | 'roberta',
  change: (array: NamedArray) => NamedArray | undefined,
): AsyncGenerator<NamedArray> {
  for (const array of (await tinyArrays(`${family}.safetensors`)).values()) {
    const result = change(array);
    if (result) yield result;
  }
}

const loadBert = (change: (array: NamedArray) => NamedArray | undefined, headSeed = 1) =>
  CrossEncoder.load(tinyConfig('bert'), changed('bert', change), { ...LOAD_OPTIONS, headSeed });

async function scores(model: CrossEncoder): Promise<number[]> {
  const logits = model.logits(tinyBatch(expectedOf(model.config.family)));
  const values = [...(await logits.data())];
  logits.dispose();
  model.dispose();
  return values;
}

describe('a checkpoint', () => {
  test.each(TINY_FAMILIES)('of %s comes back bit by bit', async (family) => {
    const model = await loadTiny(family);
    const golden = await tinyArrays(`${family}.safetensors`);
    const found = new Map<string, NamedArray>();
    for await (const array of model.arrays()) found.set(array.name, array);
    expect([...found.keys()].sort()).toEqual([...golden.keys()].sort());
    for (const [name, { shape, values }] of golden) {
      expect(found.get(name)!.shape).toEqual(shape);
      expect(found.get(name)!.values).toEqual(values);
    }
    model.dispose();
  });

  test('is read whatever its prefix and its name for a norm', async () => {
    const renamed = await loadBert((array) => ({
      ...array,
      name: array.name
        .replace(/^bert\./, '')
        .replace('LayerNorm.weight', 'LayerNorm.gamma')
        .replace('LayerNorm.bias', 'LayerNorm.beta'),
    }));
    expect(largestDifference(await scores(renamed), expectedOf('bert').logits)).toBeLessThan(1e-5);
  });

  test('may have tensors that a cross-encoder has not', async () => {
    const model = await loadTiny('bert');
    const extra = { name: 'cls.predictions.bias', shape: [50], values: new Float32Array(50) };
    const arrays = async function* () {
      yield extra;
      yield* model.arrays();
    };
    const again = await CrossEncoder.load(model.config, arrays(), LOAD_OPTIONS);
    expect(await scores(again)).toEqual(await scores(model));
  });

  test('without a tensor is refused by name, with nothing left behind', async () => {
    const before = tf.memory().numTensors;
    const missing = 'bert.encoder.layer.1.attention.self.value.weight';
    await expect(loadBert((array) => (array.name === missing ? undefined : array))).rejects.toThrow(
      `tensor ${missing}: expected shape [16, 16], found no such tensor`,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('with a mis-shaped tensor is refused by name and shapes', async () => {
    const before = tf.memory().numTensors;
    const name = 'bert.encoder.layer.0.output.dense.weight';
    await expect(
      loadBert((array) => (array.name === name ? { ...array, shape: [16, 33], values: new Float32Array(528) } : array)),
    ).rejects.toThrow(`tensor ${name}: expected shape [16, 32], found [16, 33]`);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a head', () => {
  const headless = (seed: number) =>
    loadBert((array) => (/pooler|classifier/.test(array.name) ? undefined : array), seed);

  test('is made from the seed where there is none', async () => {
    const first = await scores(await headless(3));
    expect(first).toEqual(await scores(await headless(3)));
    expect(first).not.toEqual(await scores(await headless(4)));
  });

  test('is normal(0, 0.02) with zero bias', async () => {
    const model = await headless(5);
    for await (const { name, values } of model.arrays()) {
      if (name.endsWith('pooler.dense.weight')) {
        const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
        expect(deviation).toBeGreaterThan(0.016);
        expect(deviation).toBeLessThan(0.024);
      }
      if (/(pooler\.dense|classifier)\.bias/.test(name)) expect([...values].every((value) => value === 0)).toBe(true);
    }
    model.dispose();
  });

  test('may be given', async () => {
    const zero = await loadTiny('electra', { head: { weight: new Array<number>(16).fill(0), bias: [1.5] } });
    expect(await scores(zero)).toEqual(new Array(6).fill(1.5));
    await expect(loadTiny('electra', { head: { weight: [1, 2], bias: [0] } })).rejects.toThrow(
      'head: expected weight [16] and bias [1], found [2] and [1]',
    );
  });
});

describe('a batch', () => {
  test('with a token that the model does not have is refused', async () => {
    const model = await loadTiny('bert');
    const batch = tinyBatch(expectedOf('bert'));
    batch.ids[3] = 50;
    expect(() => model.logits(batch)).toThrow('token 3 of the batch: expected a token id below 50 (vocab_size');
    model.dispose();
  });

  test('longer than the model is refused', async () => {
    const model = await loadTiny('roberta');
    const batch = tinyBatch(expectedOf('roberta'));
    batch.positions[0] = 22;
    expect(() => model.logits(batch)).toThrow('expected a position below 24 (max_position_embeddings');
    model.dispose();
  });

  test('with a dummy at the end scores the same, and the dummy has no gradient', async () => {
    const expected = expectedOf('bert');
    const model = await loadTiny('bert');
    const batch = tinyBatch(expected);
    const T = batch.ids.length;
    const longer = (values: Int32Array) => Int32Array.of(...values, 0, 0, 0);
    const padded = {
      ...batch,
      ids: longer(batch.ids),
      types: longer(batch.types),
      positions: longer(batch.positions),
      offsets: Int32Array.of(...batch.offsets.subarray(0, 7), T + 3),
      sequences: 6,
    };
    const loss = (logits: tf.Tensor1D) => tf.sum(tf.square(logits)) as tf.Scalar;
    const [plain, dummy] = [model.lossAndGradients(batch, loss), model.lossAndGradients(padded, loss)];
    expect(dummy.logits.shape).toEqual([6]);
    expect(largestDifference(await plain.logits.data(), await dummy.logits.data())).toBeLessThan(1e-6);
    const [a, b] = [await gradientArrays(model, plain.gradients), await gradientArrays(model, dummy.gradients)];
    for (const [name, values] of a) expect(largestDifference(values, b.get(name)!), name).toBeLessThan(1e-5);
    model.dispose();
  });
});

describe.each(NODE_BACKENDS)('dropout on %s', (backend) => {
  beforeAll(() => useNodeBackend(backend));
  const squares = (logits: tf.Tensor1D) => tf.sum(tf.square(logits)) as tf.Scalar;

  test.each(TINY_FAMILIES)('%s: pieces of a batch add up to the batch, and a seed replays', async (family) => {
    const expected = expectedOf(family);
    const model = await loadTiny(family, { dropout: 0.2 });
    const whole = model.lossAndGradients(tinyBatch(expected), squares, { seed: 9 });
    const again = model.logits(tinyBatch(expected), { seed: 9 });
    const other = model.logits(tinyBatch(expected), { seed: 10 });
    expect(largestDifference(await whole.logits.data(), await again.data())).toBeLessThan(1e-5);
    expect(largestDifference(await whole.logits.data(), await other.data())).toBeGreaterThan(1e-2);

    const pieces = new Gradients();
    const logits: number[] = [];
    let firstToken = 0;
    for (const [from, to] of [
      [0, 2],
      [2, 3],
      [3, 6],
    ]) {
      const seed = { seed: 9, firstToken, firstSequence: from! };
      const piece = model.lossAndGradients(tinyBatch(expected, from, to), squares, seed, { into: pieces });
      logits.push(...(await piece.logits.data()));
      tf.dispose([piece.loss, piece.logits]);
      firstToken += expected.sequences.slice(from, to).flat().length;
    }
    expect(largestDifference(logits, await whole.logits.data())).toBeLessThan(1e-5);
    const [sum, atOnce] = [await gradientArrays(model, pieces), await gradientArrays(model, whole.gradients)];
    for (const [name, values] of atOnce) {
      const scale = Math.max(1, ...values.map(Math.abs));
      expect(largestDifference(sum.get(name)!, values) / scale, name).toBeLessThan(1e-5);
    }
    tf.dispose([whole.loss, whole.logits, again, other]);
    whole.gradients.dispose();
    pieces.dispose();
    model.dispose();
  });
});
