import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice, type Device } from '../../src/kernels/device';
import { readBack } from '../../src/kernels/read-back';
import { AdamW } from '../../src/models/adam-w';
import type { Family } from '../../src/models/families';
import { arraysOf, gradientArrays, isNoise, largestDifference, load } from './goldens-in-browser';

/** parity.test.ts on WebGPU, whose programs only a browser has: the same goldens, one loss. */
let device: Device;

beforeAll(async () => {
  device = await openDevice({ backend: 'webgpu' });
});

describe.each(['bert', 'electra', 'roberta'] as Family[])('%s', (family) => {
  test('logits, loss and every gradient as PyTorch', async () => {
    const { model, batch, lossOf, expected } = await load(family, { freezePositionEmbeddings: false });
    const logits = model.logits(batch);
    expect(largestDifference(await readBack(logits), expected.logits)).toBeLessThan(2e-5);
    const result = model.lossAndGradients(batch, lossOf('LocalizedContrastive'));
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
    const { model, batch, lossOf, expected } = await load(family, {});
    const optimiser = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    for (const [step, { loss: expectedLoss, gradientNorm }] of expected.steps.entries()) {
      const result = model.lossAndGradients(batch, lossOf('LocalizedContrastive'));
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
