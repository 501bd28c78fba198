import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LossName } from '../../src/recipes/recipe';
import { toRows } from '../../src/training/losses/lists';
import { PADDING } from '../../src/training/losses/list-loss';
import { LOSSES } from '../../src/training/losses/losses';
import { currentRanks } from '../../src/training/losses/current-ranks';
import goldens from '../goldens/losses.json';

const names = Object.keys(LOSSES) as LossName[];

/** Equal to six digits, or within 1e-6 of a small number. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  Array.from(expected, (value, i) => {
    expect(Math.abs(found[i]! - value), `element ${i}: ${found[i]} for ${value}`).toBeLessThan(
      1e-6 * (1 + Math.abs(value)),
    );
  });
}

describe.each(['cpu', 'wasm'])('losses on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
    await tf.ready();
  });

  describe.each(names)('%s', (name) => {
    const loss = LOSSES[name];

    it.each(goldens)('equals torch: $name', ({ labels, logits, losses }) => {
      const golden = losses[name];
      const lengths = labels.map((row) => row.length);
      const scores = tf.tensor1d(logits.flat());
      const of = (reduction: 'mean' | 'sum' | 'none') =>
        tf.tidy(() => loss.of(toRows(scores, lengths), labels, reduction).dataSync());
      const before = tf.memory().numTensors;
      expectClose(of('mean'), [golden.mean]);
      expectClose(of('sum'), [golden.sum]);
      expect(loss.terms(labels)).toBe(golden.count);
      const terms = [...of('none')];
      expectClose([terms.reduce((sum, term) => sum + term, 0)], [golden.sum]);
      if ('terms' in golden) {
        // Padded places and pairs are zeros in ours and absent in theirs: compared in order of size, largest first.
        const descending = (values: Iterable<number>) => [...values].sort((x, y) => Math.abs(y) - Math.abs(x));
        expectClose(descending(terms).slice(0, golden.count), descending(golden.terms!));
        expect(terms.filter((term) => term !== 0).length).toBeLessThanOrEqual(golden.count);
      }

      const gradient = tf.tidy(() =>
        tf
          .grad((x) => loss.of(toRows(x as tf.Tensor1D, lengths), labels))(scores)
          .dataSync(),
      );
      expectClose(gradient, golden.gradient.flat());
      expect(tf.memory().numTensors).toBe(before);
      scores.dispose();
    });

    it('is finite for scores far apart, and 0 for lists that teach nothing', () => {
      const labels = [[0, 1, 0]];
      const far = tf.tensor1d([1e4, -1e4, 0]);
      const of = (x: tf.Tensor) => loss.of(toRows(x as tf.Tensor1D, [3]), labels);
      expect(Number.isFinite(of(far).dataSync()[0])).toBe(true);
      expect([...tf.grad(of)(far).dataSync()].every(Number.isFinite)).toBe(true);
      // Each document alone teaches, whatever the others are.
      expect(loss.useless([0, 0, 0]) === undefined).toBe(name === 'BinaryCrossEntropy');
      expect(loss.useless([0, 1, 0])).toBeUndefined();
    });

    it('has the gradient that differences of its values give', () => {
      const labels = [
        [0, 2, 1, 0],
        [1, -1],
      ];
      const scores = [0.3, -0.2, 1.1, 0.7, -0.4, 0.5];
      const of = (x: tf.Tensor) => loss.of(toRows(x as tf.Tensor1D, [4, 2]), labels);
      const gradient = tf.tidy(() => tf.grad(of)(tf.tensor1d(scores)).dataSync());
      const STEP = 1 / 64;
      scores.forEach((_, i) => {
        const moved = (by: number) =>
          tf.tidy(() => of(tf.tensor1d(scores.map((score, j) => (i === j ? score + by : score)))).dataSync()[0]!);
        const slope = (moved(STEP) - moved(-STEP)) / (2 * STEP);
        expect(Math.abs(gradient[i]! - slope), `score ${i}`).toBeLessThan(1e-3);
      });
    });

    it('does not change with what is in padded places', () => {
      const labels = [
        [1, 0],
        [0, 2, 1, 0],
      ];
      const value = (padding: number) =>
        loss
          .of(
            tf.tensor2d([
              [0.3, -1, padding, padding],
              [1, 2, 3, 4],
            ]),
            labels,
          )
          .dataSync()[0]!;
      expect(value(PADDING)).toBeCloseTo(value(17), 6);
    });
  });

  it('a pairwise loss of a batch without a pair is 0, not NaN', () => {
    for (const name of ['RankNet', 'WeightedRankNet', 'MarginMSE', 'LambdaRank'] as const) {
      expect(LOSSES[name].of(tf.tensor2d([[1, 2]]), [[1, 1]]).dataSync()[0]).toBe(0);
    }
  });

  it('ranks equal scores in their order', () => {
    const ranks = currentRanks(tf.tensor2d([[2, 5, 2, 9, 2]]), [[0, 0, 0, 0]]);
    expect([...ranks.dataSync()].slice(0, 4)).toEqual([3, 2, 4, 1]);
  });

  afterAll(() => tf.disposeVariables());
});
