import { describe, expect, it } from 'vitest';
import { confidenceByMeasure, meanHalfWidth, tQuantile } from '../../src/evaluation/confidence';

describe('the confidence of a mean', () => {
  // scipy 1.17.1: scipy.stats.t.ppf.
  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 42, 2.0180817028184443],
    [0.975, 299, 1.9679296690656698],
    [0.995, 7, 3.4994832973504924],
  ])('takes the t quantile of %d with %d degrees of freedom as scipy has it', (p, degrees, expected) => {
    expect(tQuantile(p, degrees)).toBeCloseTo(expected, 9);
  });

  it('is half of the interval that scipy gives', () => {
    // scipy.stats.t.interval(0.95, 4, mean, sem) of these values: 0.3411611611900019 to 0.818838838809998.
    expect(meanHalfWidth([0.4, 0.5, 0.6, 0.5, 0.9])).toBeCloseTo(0.238838838809998, 12);
    expect(meanHalfWidth([0.5, 0.5, 0.5])).toBe(0);
    expect(meanHalfWidth([0.5])).toBeNaN();
  });

  it('is there for means and not for sums over queries', () => {
    const perQuery = { a: { 'nDCG@10': 0.4, NumQ: 1 }, b: { 'nDCG@10': 0.6, NumQ: 1 } };
    const found = confidenceByMeasure(perQuery, ['nDCG@10', 'NumQ']);
    expect(found['nDCG@10']).toBeCloseTo(12.706204736174694 * 0.1, 9);
    expect(found['NumQ']).toBeNull();
    expect(confidenceByMeasure({ a: { AP: 1 } }, ['AP'])).toEqual({ AP: null });
  });
});
