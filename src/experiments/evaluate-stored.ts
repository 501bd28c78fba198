/** Measures a stored run against stored qrels, and compares it with another one. */
import { evaluate } from '../evaluation/evaluate';
import { pairedTTest } from '../evaluation/t-test';
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
  const measured = evaluate(qrels, await library.readRun(request.run), request.measures);
  const { mean, perQuery } = measured;
  if (!request.baseline) return { mean, perQuery };
  const other = evaluate(qrels, await library.readRun(request.baseline), request.measures);
  const queries = Object.keys(perQuery).filter((query) => query in other.perQuery);
  const baseline: NonNullable<EvaluationResult['baseline']> = {};
  for (const measure of Object.keys(mean)) {
    const values = (result: typeof other) => queries.map((query) => result.perQuery[query]![measure]!);
    const { difference, p } = pairedTTest(values(measured), values(other));
    baseline[measure] = { difference, p };
  }
  return { mean, perQuery, baseline };
}
