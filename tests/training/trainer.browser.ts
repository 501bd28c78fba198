import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, it } from 'vitest';
import { openDevice } from '../../src/kernels/device';
import { closeOpenedDevice } from '../../src/kernels/opened-device';
import type { TrainingOptions } from '../../src/recipes/recipe';
import { explicitBatches } from '../../src/training/batch-source';
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
