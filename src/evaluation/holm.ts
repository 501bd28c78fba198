/**
 * Holm's step-down correction of p-values for many comparisons: the i-th smallest of m (from 0) is multiplied by m − i,
 * never below the one before it, never above 1 (R's `p.adjust(method = "holm")`). NaN stays NaN and is not counted.
 *
 * Holm, “A simple sequentially rejective multiple test procedure”, Scandinavian Journal of Statistics 6(2), 1979.
 *
 * @returns corrected values, in the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, i) => ({ p, i })).filter(({ p }) => !Number.isNaN(p));
  ascending.sort((a, b) => a.p - b.p);
  const corrected = pValues.map(() => NaN);
  let largest = 0;
  for (const [order, { p, i }] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, p * (ascending.length - order)));
    corrected[i] = largest;
  }
  return corrected;
}
