import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { AdamW } from '../../src/models/adam-w';
import type { LossName } from '../../src/recipes/recipe';
import { NODE_BACKENDS, useNodeBackend } from '../kernels/backends';
import {
  expectedOf,
  gradientArrays,
  largestDifference,
  loadTiny,
  TINY_FAMILIES,
  tinyArrays,
  tinyBatch,
  tinyLoss,
} from './tiny-models';

const LOSS_NAMES: LossName[] = ['LocalizedContrastive', 'RankNet', 'WeightedRankNet'];

/** In exact arithmetic these have gradient 0, and AdamW scales up whatever noise there is: they may end up anywhere. */
const isNoise = (name: string) => /key\.bias$|^classifier\.bias$|out_proj\.bias$/.test(name);

describe.each(NODE_BACKENDS)('%s', (backend) => {
  beforeAll(() => useNodeBackend(backend));

  describe.each(TINY_FAMILIES)('%s', (family) => {
    const expected = expectedOf(family);

    test('logits as PyTorch', async () => {
      const model = await loadTiny(family);
      const logits = model.logits(tinyBatch(expected));
      expect(largestDifference(await logits.data(), expected.logits)).toBeLessThan(1e-5);
      logits.dispose();
      model.dispose();
    });

    test.each(LOSS_NAMES)('%s and every gradient as PyTorch', async (name) => {
      const model = await loadTiny(family, { freezePositionEmbeddings: false });
      const result = model.lossAndGradients(tinyBatch(expected), tinyLoss(name, expected));
      expect((await result.loss.data())[0]).toBeCloseTo(expected.losses[name], 5);
      const found = await gradientArrays(model, result.gradients);
      const golden = await tinyArrays(`${family}.gradient.${name}.safetensors`);
      expect([...found.keys()].sort()).toEqual([...golden.keys()].sort());
      for (const [tensor, { values }] of golden) {
        expect(largestDifference(found.get(tensor)!, values), tensor).toBeLessThan(5e-5);
      }
      tf.dispose([result.loss, result.logits]);
      result.gradients.dispose();
      model.dispose();
    });

    test('twelve steps of AdamW as PyTorch', async () => {
      const model = await loadTiny(family);
      const hyperparameters = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
      const optimiser = new AdamW(model.parameters(), hyperparameters);
      const batch = tinyBatch(expected);
      for (const [step, { loss, gradientNorm }] of expected.steps.entries()) {
        const result = model.lossAndGradients(batch, tinyLoss('LocalizedContrastive', expected));
        const norm = optimiser.step(result.gradients, 1e-3, 0.5);
        const found = { loss: (await result.loss.data())[0]!, norm: (await norm.data())[0]! };
        expect(Math.abs(found.loss / loss - 1), `loss of step ${step}`).toBeLessThan(1e-4);
        expect(Math.abs(found.norm / gradientNorm - 1), `norm of step ${step}`).toBeLessThan(1e-4);
        tf.dispose([result.loss, result.logits, norm]);
        result.gradients.dispose();
      }
      const golden = await tinyArrays(`${family}.trained.safetensors`);
      for await (const { name, values } of model.arrays()) {
        if (!isNoise(name)) expect(largestDifference(values, golden.get(name)!.values), name).toBeLessThan(1e-4);
      }
      const positions = `${family}.embeddings.position_embeddings.weight`;
      const before = await tinyArrays(`${family}.safetensors`);
      expect(golden.get(positions)!.values).toEqual(before.get(positions)!.values);
      optimiser.dispose();
      model.dispose();
    });
  });
});
