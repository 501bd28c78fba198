/** What training gained, in one honest sentence. */
import type { SystemResult } from '../fine-tune/live-run';
import { byTestSet, UNTRAINED } from './result-rows';

export interface Verdict {
  /** Than the first stage, and than before training. */
  better: boolean;
  sentence: string;
}

/**
 * Compares the last system with the first stage and with the model before training, by the first measure on the first test set.
 * Undefined while there is nothing to compare.
 */
export function verdict(results: readonly SystemResult[]): Verdict | undefined {
  const [testSet, rows] = byTestSet(results)[0] ?? [];
  const first = rows?.[0];
  const last = rows?.at(-1);
  const name = Object.keys(first?.measures ?? {})[0];
  if (!first || !last || first === last || last.system === UNTRAINED || name === undefined) return undefined;
  const value = last.measures[name] ?? NaN;
  const gain = value - (first.measures[name] ?? NaN);
  const before = rows?.find((row) => row.system === UNTRAINED)?.measures[name];
  const p = last.p[name];
  const chance = p !== null && p !== undefined && p >= 0.05 ? ', which may be chance' : '';
  const how = gain > 0 ? 'better than' : gain < 0 ? 'worse than' : 'the same as';
  const size = gain === 0 ? '' : `${Math.abs(gain).toFixed(3)} `;
  const worseNow = before !== undefined && value < before;
  const since =
    before === undefined ? '' : `; before training it was ${before.toFixed(3)}${worseNow ? ', which is better' : ''}`;
  return {
    better: gain > 0 && !worseNow,
    sentence: `${last.system} reaches ${name} ${value.toFixed(3)} on ${testSet}, ${size}${how} ${first.system}${chance}${since}.`,
  };
}
