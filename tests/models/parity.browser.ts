import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { openSafetensors } from '../../src/formats/safetensors';
import { openDevice, type Device } from '../../src/kernels/device';
import { readBack } from '../../src/kernels/read-back';
import { AdamW } from '../../src/models/adam-w';
import { readConfig } from '../../src/models/config';
import { CrossEncoder } from '../../src/models/cross-encoder';
import type { Family } from '../../src/models/families';
import type { Gradients } from '../../src/models/gradients';
import { checkpointArrays } from '../../src/models/parameters';
import { packBatch } from '../../src/text/pack';
import { LOSSES } from '../../src/training/losses/losses';

/** parity.test.ts on WebGPU, whose programs only a browser has: the same goldens, one loss. */
const URLS = import.meta.glob<string>('../goldens/tiny-models/*', { query: '?url', import: 'default', eager: true });

const golden = async (name: string) => (await fetch(URLS[`../goldens/tiny-models/${name}`]!)).blob();
const json = async (name: string) => JSON.parse(await (await golden(name)).text());

async function arraysOf(name: string): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for await (const array of await openSafetensors(name, await golden(name))) arrays.set(array.name, array);
  return arrays;
}

async function load(family: Family, freezePositionEmbeddings: boolean) {
  const config = readConfig(await json(`${family}.config.json`));
  const weights = await openSafetensors(family, await golden(`${family}.safetensors`));
  const expected = await json(`${family}.expected.json`);
  const { sequences, tokenTypes, labels } = expected as Record<'sequences' | 'tokenTypes' | 'labels', number[][]>;
  return {
    model: await CrossEncoder.load(config, weights, { headSeed: 1, freezePositionEmbeddings }),
    batch: packBatch(
      sequences.map((ids, i) => ({ ids: Int32Array.from(ids), types: Int32Array.from(tokenTypes[i]!) })),
    ),
    loss: (logits: tf.Tensor1D) =>
      LOSSES.LocalizedContrastive.of(tf.reshape(logits, [labels.length, -1]), labels) as tf.Scalar,
    expected: expected as {
      logits: number[];
      losses: Record<string, number>;
      steps: { loss: number; gradientNorm: number }[];
    },
  };
}

async function gradientArrays(model: CrossEncoder, gradients: Gradients): Promise<Map<string, Float32Array>> {
  const arrays = new Map<string, Float32Array>();
  for (const { name, layout } of model.parameters()) {
    const rows = gradients.tables.get(name);
    const dense = tf.tidy(() => {
      if (!rows) return gradients.dense.get(name)!.clone();
      const places = tf.tensor2d(rows.rows, [rows.rows.length, 1], 'int32');
      return tf.scatterND(places, tf.slice(rows.values, [0, 0], [rows.rows.length, -1]), layout.shape);
    });
    for await (const array of checkpointArrays(layout, dense)) arrays.set(array.name, array.values);
    dense.dispose();
  }
  return arrays;
}

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...Array.from(expected, (value, i) => Math.abs(found[i]! - value)));
}

/** Gradients that are 0 in exact arithmetic: AdamW scales up whatever noise there is. */
const isNoise = (name: string) => /key\.bias$|^classifier\.bias$|out_proj\.bias$/.test(name);

let device: Device;

beforeAll(async () => {
  device = await openDevice({ backend: 'webgpu' });
});

describe.each(['bert', 'electra', 'roberta'] as Family[])('%s', (family) => {
  test('logits, loss and every gradient as PyTorch', async () => {
    const { model, batch, loss, expected } = await load(family, false);
    const logits = model.logits(batch);
    expect(largestDifference(await readBack(logits), expected.logits)).toBeLessThan(2e-5);
    const result = model.lossAndGradients(batch, loss);
    expect((await readBack(result.loss))[0]).toBeCloseTo(expected.losses['LocalizedContrastive']!, 5);
    const found = await gradientArrays(model, result.gradients);
    const goldens = await arraysOf(`${family}.gradient.LocalizedContrastive.safetensors`);
    expect([...found.keys()].sort()).toEqual([...goldens.keys()].sort());
    for (const [name, { values }] of goldens) {
      expect(largestDifference(found.get(name)!, values), name).toBeLessThan(1e-4);
    }
    device.check();
    result.gradients.dispose();
    tf.dispose([logits, result.loss, result.logits]);
    model.dispose();
  });

  test('twelve steps of AdamW as PyTorch', async () => {
    const { model, batch, loss, expected } = await load(family, true);
    const optimiser = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    for (const [step, { loss: expectedLoss, gradientNorm }] of expected.steps.entries()) {
      const result = model.lossAndGradients(batch, loss);
      const norm = optimiser.step(result.gradients, 1e-3, 0.5);
      expect((await readBack(result.loss))[0]! / expectedLoss - 1, `loss of step ${step}`).toBeCloseTo(0, 4);
      expect((await readBack(norm))[0]! / gradientNorm - 1, `norm of step ${step}`).toBeCloseTo(0, 4);
      result.gradients.dispose();
      tf.dispose([result.loss, result.logits, norm]);
    }
    const goldens = await arraysOf(`${family}.trained.safetensors`);
    for await (const { name, values } of model.arrays()) {
      if (!isNoise(name)) expect(largestDifference(values, goldens.get(name)!.values), name).toBeLessThan(1e-4);
    }
    optimiser.dispose();
    model.dispose();
  });
});
