import { pairedTTest, type PairedTTest } from './t-test';

/** Query → measure → value, as `evaluate` gives it. */
export type ValuesByQuery = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * Compares two systems measure by measure: the two-sided paired t-test over the queries that both have (`pairedTTest`).
 * @param measures those that both were measured by
 * @returns measure → difference a − b, t, p; all NaN where they have no query in common.
 */
export function compareByMeasure(
  a: ValuesByQuery,
  b: ValuesByQuery,
  measures: readonly string[],
): Record<string, PairedTTest> {
  const queries = Object.keys(a).filter((query) => query in b);
  return Object.fromEntries(
    measures.map((measure) => {
      const values = (system: ValuesByQuery) => queries.map((query) => system[query]![measure]!);
      return [measure, pairedTTest(values(a), values(b))];
    }),
  );
}
