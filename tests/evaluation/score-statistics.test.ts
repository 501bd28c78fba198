import { expect, it } from 'vitest';
import { scoreStatistics } from '../../src/evaluation/score-statistics';

const run = (...rankings: number[][]) =>
  new Map(
    rankings.map((scores, q) => [`q${q}`, scores.map((score, i) => ({ document: `d${i}`, rank: i + 1, score }))]),
  );

it('has mean and sample variance over all scores', () => {
  const { mean, variance } = scoreStatistics(run([3, 1], [2, 6]));
  expect(mean).toBeCloseTo(3, 12);
  expect(variance).toBeCloseTo(14 / 3, 12);
});

it('does not lose a small variance beside a large mean', () => {
  expect(scoreStatistics(run([1e9 + 1, 1e9 + 2, 1e9 + 3])).variance).toBeCloseTo(1, 6);
});

it('has no variance where there is one score or none', () => {
  expect(scoreStatistics(run([5]))).toEqual({ mean: 5, variance: 0 });
  expect(scoreStatistics(run([]))).toEqual({ mean: 0, variance: 0 });
});
