/** Measures a stored run against stored qrels, and compares it with another one. */
import { compareByMeasure } from '../evaluation/compare-by-measure';
import { evaluate } from '../evaluation/evaluate';
import type { Library } from '../storage/library';

export interface EvaluationRequest {
  qrels: string;
  run: string;
  baseline?: string;
  /** Names as ir_measures writes them. */
  measures: string[];
}

export interface EvaluationResult {
  mean: Record<string, number>;
  /** Query → measure → value. */
  perQuery: Record<string, Record<string, number>>;
  /** Run minus baseline, and the p-value of the two-sided paired t-test over the queries of both. */
  baseline?: Record<string, { difference: number; p: number }>;
}

/** @throws when a measure's name is not known, or an entry is gone. */
export async function evaluateStored(library: Library, request: EvaluationRequest): Promise<EvaluationResult> {
  const qrels = await library.readQrels(request.qrels);
  const { mean, perQuery } = evaluate(qrels, await library.readRun(request.run), request.measures);
  if (!request.baseline) return { mean, perQuery };
  const other = evaluate(qrels, await library.readRun(request.baseline), request.measures);
  const compared = compareByMeasure(perQuery, other.perQuery, Object.keys(mean));
  const baseline = Object.entries(compared).map(([measure, { difference, p }]) => [measure, { difference, p }]);
  return { mean, perQuery, baseline: Object.fromEntries(baseline) };
}
