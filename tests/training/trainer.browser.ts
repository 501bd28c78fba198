import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, it, vi } from 'vitest';
import { openDevice } from '../../src/kernels/device';
import { closeOpenedDevice } from '../../src/kernels/opened-device';
import { AdamW } from '../../src/models/adam-w';
import type { TrainingOptions } from '../../src/recipes/recipe';
import { explicitBatches } from '../../src/training/batch-source';
import { DivergenceError } from '../../src/training/divergence-error';
import { train } from '../../src/training/trainer';
import type { TrainingEvent } from '../../src/training/training-event';
import { validationLists } from '../../src/training/validation';
import { tinyModel, tinyQrels, tinyRun, tinyTexts } from './tiny';

const OPTIONS: TrainingOptions = {
  loss: 'RankNet',
  reduction: 'mean',
  learningRate: 2e-3,
  weightDecay: 0.01,
  clipNorm: 1,
  accumulate: 2,
  queriesPerBatch: 2,
  schedule: 'constant',
  warmupSteps: 0,
  maxSteps: 3,
  maxEpochs: 0,
  validateEvery: 2,
  checkpointEvery: 0,
  saveLast: true,
  saveAll: true,
  patience: 0,
  seed: 42,
  precision: 'f32',
  // So little that every list is cut into pieces.
  memoryBudget: 1,
};

const lists = validationLists(tinyRun, tinyQrels, 4);
const batches = [0, 2, 4, 6].map((at) => lists.slice(at, at + 2));

async function eventsOn(backend: 'wasm' | 'webgpu'): Promise<{ events: TrainingEvent[]; tensors: number[] }> {
  await openDevice({ backend, wasmPaths: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' });
  const model = await tinyModel({ dropout: 0.1 });
  const validation = { lists: lists.slice(8, 10), texts: tinyTexts, measure: () => ({}) };
  const events: TrainingEvent[] = [];
  const tensors: number[] = [];
  const before = tf.memory().numTensors;
  const setup = { model, source: explicitBatches(batches), texts: tinyTexts, options: OPTIONS, validation };
  for await (const event of train(setup)) {
    events.push(event);
    if (event.type === 'step') tensors.push(tf.memory().numTensors);
  }
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
  return { events, tensors };
}

afterAll(closeOpenedDevice);

it('trains on webgpu as on wasm: whole log lines in order, the same losses, no tensor left', async () => {
  const wasm = await eventsOn('wasm');
  const webgpu = await eventsOn('webgpu');
  const types = ({ events }: typeof wasm) => events.map(({ type }) => type).filter((type) => type !== 'batch');
  expect(types(webgpu)).toEqual(types(wasm));
  webgpu.events
    .filter((event) => event.type === 'step' || event.type === 'validation')
    .forEach((event, i) => {
      const expected = wasm.events.filter(({ type }) => type === 'step' || type === 'validation')[i] as typeof event;
      expect(event.step).toBe(expected.step);
      expect(Math.abs(event.loss / expected.loss - 1)).toBeLessThan(1e-3);
      if (event.type === 'step' && expected.type === 'step') {
        expect(Math.abs(event.gradNorm / expected.gradNorm - 1)).toBeLessThan(1e-3);
        expect(event.tokens).toBe(expected.tokens);
      }
    });
  expect(new Set(webgpu.tensors.slice(1)).size).toBe(1);
});

/** Losses of twelve steps on webgpu. */
async function lossesIn(precision: 'f32' | 'f16', options: Partial<TrainingOptions> = {}): Promise<number[]> {
  // A new device would compile everything again.
  if (tf.getBackend() !== 'webgpu') await openDevice({ backend: 'webgpu' });
  const model = await tinyModel({ precision, dropout: 0.1 });
  const losses: number[] = [];
  const plain = { ...OPTIONS, memoryBudget: 'auto' as const, maxSteps: 12, validateEvery: 0, ...options };
  try {
    const setup = { model, source: explicitBatches(batches), texts: tinyTexts, options: plain };
    for await (const event of train(setup)) if (event.type === 'step') losses.push(event.loss);
  } finally {
    model.dispose();
  }
  return losses;
}

it('in a step nothing is read back but its loss and what comes with it, after the next step was handed over', async () => {
  const order: string[] = [];
  const [own, map] = [AdamW.prototype.step, GPUBuffer.prototype.mapAsync];
  const updates = vi.spyOn(AdamW.prototype, 'step').mockImplementation(function (this: AdamW, ...given) {
    order.push('update');
    return own.apply(this, given);
  });
  const reads = vi.spyOn(GPUBuffer.prototype, 'mapAsync').mockImplementation(function (this: GPUBuffer, ...given) {
    order.push('read');
    return map.apply(this, given);
  });
  try {
    await lossesIn('f32', { maxSteps: 4 });
  } finally {
    updates.mockRestore();
    reads.mockRestore();
  }
  expect(order).toEqual(['update', 'update', 'read', 'update', 'read', 'update', 'read', 'read']);
});

it('twelve steps in half precision have the losses of those in single precision', async () => {
  const [expected, found] = [await lossesIn('f32'), await lossesIn('f16')];
  expect(found).toHaveLength(12);
  found.forEach((loss, i) => expect(Math.abs(loss / expected[i]! - 1), `step ${i + 1}`).toBeLessThan(1e-2));
});

it('in half precision too it says when it diverges', async () => {
  const failure = await lossesIn('f16', { learningRate: 1e30, clipNorm: 0 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DivergenceError);
});
