import { describe, expect, it } from 'vitest';
import { compareByMeasure } from '../../src/evaluation/compare-by-measure';
import { holm } from '../../src/evaluation/holm';
import { holmByMeasure } from '../../src/evaluation/holm-by-measure';
import { pairedTTest } from '../../src/evaluation/t-test';
import golden from '../goldens/evaluation.json';

describe('paired t-test', () => {
  it.each(Object.entries(golden.tTests))('%s: as scipy.stats.ttest_rel', (_, { a, b, t, p }) => {
    const result = pairedTTest(a, b);
    expect(result.t / t).toBeCloseTo(1, 9);
    expect(result.p / p).toBeCloseTo(1, 9);
  });

  it('says p = 1 of equal values, where scipy has no answer', () => {
    expect(pairedTTest([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])).toEqual({ difference: 0, t: 0, p: 1 });
  });

  it('says p = 0 of a difference that never varies', () => {
    expect(pairedTTest([1, 2, 3], [0, 1, 2])).toEqual({ difference: 1, t: Infinity, p: 0 });
  });

  it('has no p for one pair', () => {
    expect(pairedTTest([1], [0])).toEqual({ difference: 1, t: NaN, p: NaN });
  });

  it('refuses lists of different length', () => {
    expect(() => pairedTTest([1, 2], [1])).toThrow('expected as many values, found 2 and 1');
  });
});

describe('holm', () => {
  it('multiplies by what is left, never decreasing', () => {
    // R 4: p.adjust(c(.01, .04, .03, .005), "holm") → .03 .06 .06 .02
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('stays at most 1, and passes over what has no p', () => {
    expect(holm([0.9, NaN, 0.8])).toEqual([1, NaN, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('compareByMeasure', () => {
  it('pairs the queries that both systems have, measure by measure', () => {
    const a = { q1: { AP: 0.3, 'P@1': 1 }, q2: { AP: 0.5, 'P@1': 0 }, onlyA: { AP: 1, 'P@1': 1 } };
    const b = { q2: { AP: 0.1, 'P@1': 0 }, q1: { AP: 0.2, 'P@1': 0 }, onlyB: { AP: 1, 'P@1': 1 } };
    const compared = compareByMeasure(a, b, ['AP', 'P@1']);
    expect(compared['AP']).toEqual(pairedTTest([0.3, 0.5], [0.2, 0.1]));
    expect(compared['P@1']).toEqual(pairedTTest([1, 0], [0, 0]));
  });

  it('knows nothing of systems without a common query', () => {
    expect(compareByMeasure({ q1: { AP: 1 } }, { q2: { AP: 1 } }, ['AP'])['AP']!.p).toBeNaN();
  });
});

describe('holmByMeasure', () => {
  it('corrects each measure over the systems that are compared by it', () => {
    const corrected = holmByMeasure([
      undefined,
      { AP: { p: 0.01 }, RR: { p: 0.04 } },
      { AP: { p: 0.03 }, RR: { p: NaN } },
      { AP: { p: 0.5 } },
    ]);
    expect(corrected).toEqual([undefined, { AP: 0.03, RR: 0.04 }, { AP: 0.06, RR: NaN }, { AP: 0.5 }]);
  });
});
