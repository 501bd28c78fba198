/** Rows of a table of results. */
import type { SystemResult } from '../fine-tune/live-run';

/** Names of all measures, in the order in which they first come. */
export function measuresOf(rows: readonly Pick<SystemResult, 'measures'>[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.measures)))];
}

/** The system with the largest value, by measure. */
export function bestBy(rows: readonly SystemResult[], measures: readonly string[]): Record<string, string> {
  const best: Record<string, string> = {};
  for (const name of measures) {
    const values = rows.filter((row) => row.measures[name] !== undefined);
    const top = values.toSorted((a, b) => b.measures[name]! - a.measures[name]!)[0];
    if (top) best[name] = top.system;
  }
  return best;
}

/** Rows by test set, in the order in which they came. */
export function byTestSet(rows: readonly SystemResult[]): [string, SystemResult[]][] {
  const names = [...new Set(rows.map((row) => row.testSet))];
  return names.map((name) => [name, rows.filter((row) => row.testSet === name)]);
}

/** The model as it was before it learnt anything; it has no colour of its own. */
export const UNTRAINED = 'before training';

/** The colour of a system: the first stage of ranking, then the stages of training in order, as in the charts. */
export function systemColor(rows: readonly SystemResult[], row: SystemResult): string {
  if (row.system === UNTRAINED) return '--line-strong';
  const index = rows.filter((one) => one.system !== UNTRAINED).indexOf(row);
  return `--system-${index <= 0 ? 0 : 1 + ((index - 1) % 3)}`;
}
