import cdf from '@stdlib/stats-base-dists-t-cdf';

export interface PairedTTest {
  /** Mean of a − b. */
  difference: number;
  /** NaN with fewer than two pairs, ±∞ when every difference is the same and not 0. */
  t: number;
  /** Probability of a |t| at least this large if a and b did not differ; NaN with fewer than two pairs. */
  p: number;
}

/**
 * Student's paired t-test, two-sided, with n − 1 degrees of freedom: t = d̄ / (s / √n) over the differences d = a − b
 * (scipy.stats.ttest_rel). Where all differences are 0 — the same rankings — t is 0 and p is 1; scipy says NaN there.
 *
 * @param a values of one system by query; `b`, those of the other for the same queries in the same order
 * @throws RangeError when there are not as many of each.
 */
export function pairedTTest(a: readonly number[], b: readonly number[]): PairedTTest {
  if (a.length !== b.length)
    throw new RangeError(`paired t-test: expected as many values, found ${a.length} and ${b.length}`);
  const n = a.length;
  const differences = a.map((value, i) => value - b[i]!);
  const difference = differences.reduce((sum, d) => sum + d, 0) / n;
  if (n < 2) return { difference, t: NaN, p: NaN };
  if (differences.every((d) => d === 0)) return { difference: 0, t: 0, p: 1 };
  const variance = differences.reduce((sum, d) => sum + (d - difference) ** 2, 0) / (n - 1);
  const t = difference / Math.sqrt(variance / n);
  return { difference, t, p: Math.min(1, 2 * cdf(-Math.abs(t), n - 1)) };
}
