import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeOpenedDevice } from '../../src/kernels/opened-device';
import type { LossName } from '../../src/recipes/losses';
import { toRows } from '../../src/training/losses/lists';
import { LOSSES } from '../../src/training/losses/losses';
import goldens from '../goldens/losses.json';
import { openWebgpu } from '../kernels/on-webgpu';

const CASES = ['lists of different length, scores of 30.0', 'grades with ties, unjudged, scores of 1.0'];

beforeAll(async () => {
  await openWebgpu();
});
afterAll(closeOpenedDevice);

describe.each(Object.keys(LOSSES) as LossName[])('%s on webgpu', (name) => {
  it.each(CASES)('equals its reference: %s', async (wanted) => {
    const { labels, logits, losses } = goldens.find((golden) => golden.name === wanted)!;
    const lengths = labels.map((row) => row.length);
    const { value, grad } = tf.tidy(() =>
      tf.valueAndGrad((x) => LOSSES[name].of(toRows(x as tf.Tensor1D, lengths), labels))(tf.tensor1d(logits.flat())),
    );
    const [mean] = await value.data();
    const gradient = await grad.data();
    tf.dispose([value, grad]);
    const { mean: expected, gradient: slopes } = losses[name];
    expect(Math.abs(mean! - expected)).toBeLessThan(1e-5 * (1 + Math.abs(expected)));
    slopes.flat().forEach((slope, i) => {
      expect(Math.abs(gradient[i]! - slope), `score ${i}`).toBeLessThan(1e-5 * (1 + Math.abs(slope)));
    });
  });
});
