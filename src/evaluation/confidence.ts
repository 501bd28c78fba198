import cdf from '@stdlib/stats-base-dists-t-cdf';
import { parseMeasure } from './parse-measure';

/** How sure a mean's interval is meant to be. */
export const CONFIDENCE = 0.95;

/**
 * Half the width of the 95% confidence interval of a mean over queries: t(0.975, n − 1) · s / √n, s the standard deviation with n − 1 in
 * its denominator (Student 1908; scipy.stats.t.interval). It is meant for the queries that might have been asked, not for other seeds.
 * @returns NaN with fewer than two values.
 */
export function meanHalfWidth(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return tQuantile(1 - (1 - CONFIDENCE) / 2, n - 1) * Math.sqrt(variance / n);
}

/**
 * The value that a t-distributed variable exceeds with probability 1 − p: the distribution function inverted by bisection.
 * @param p above 0.5
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  let [low, high] = [0, 1];
  while (cdf(high, degreesOfFreedom) < p) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (cdf(middle, degreesOfFreedom) < p) low = middle;
    else high = middle;
  }
}

/**
 * Of each measure of a system; null where there is no interval: of a sum over queries, or with fewer than two of them.
 * @param perQuery query → measure → value, as `evaluate` gives it
 */
export function confidenceByMeasure(
  perQuery: Readonly<Record<string, Readonly<Record<string, number>>>>,
  measures: readonly string[],
): Record<string, number | null> {
  const queries = Object.values(perQuery);
  return Object.fromEntries(
    measures.map((measure) => {
      const isMean = parseMeasure(measure).definition.aggregate === 'mean';
      const half = isMean ? meanHalfWidth(queries.map((values) => values[measure]!)) : NaN;
      return [measure, Number.isNaN(half) ? null : half];
    }),
  );
}
