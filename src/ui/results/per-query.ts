/** Runs query by query. */
import type { EvaluationResult } from '../../experiments/evaluate-stored';
import type { Dataset } from '../../storage/entries';

/** A run with its measures, once they are there. */
export interface Compared {
  run: Dataset;
  result?: EvaluationResult;
  error?: string;
}

export interface QueryRow {
  query: string;
  /** By run id; NaN where the run has no value. */
  values: Record<string, number>;
  /** By run id: value minus the baseline's. */
  differences: Record<string, number>;
}

/** A row a query that any run answers. */
export function queryRows(rows: readonly Compared[], measure: string, baseline: string | undefined): QueryRow[] {
  const queries = new Set(rows.flatMap(({ result }) => Object.keys(result?.perQuery ?? {})));
  return [...queries].map((query) => {
    const value = (row: Compared) => row.result?.perQuery[query]?.[measure] ?? NaN;
    const values = Object.fromEntries(rows.map((row) => [row.run.id, value(row)]));
    const base = baseline === undefined ? NaN : (values[baseline] ?? NaN);
    const differences = Object.fromEntries(rows.map((row) => [row.run.id, value(row) - base]));
    return { query, values, differences };
  });
}

/** How many queries a run makes better, leaves, and makes worse. */
export function tally(rows: readonly QueryRow[], run: string): { better: number; same: number; worse: number } {
  const differences = rows.map((row) => row.differences[run] ?? NaN).filter((value) => !Number.isNaN(value));
  const better = differences.filter((value) => value > 1e-9).length;
  const worse = differences.filter((value) => value < -1e-9).length;
  return { better, worse, same: differences.length - better - worse };
}
