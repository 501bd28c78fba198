import type { Qrels, Run } from '../formats/records';
import { judgeRanking, judgedOnly } from './judged-ranking';
import { computeMeasure, type Measure } from './measure';
import { formatMeasure, parseMeasures } from './parse-measure';

export interface Evaluation {
  /** Measure → mean (of counts: sum) over the queries. */
  mean: Record<string, number>;
  /** Query → measure → value. */
  perQuery: Record<string, Record<string, number>>;
  /** Judged queries that the run does not have; they are not in `mean` unless asked for. */
  missing: string[];
}

export interface EvaluateOptions {
  /**
   * Which queries count: those of both run and judgements (trec_eval's default), or all judged ones, where the run's
   * ranking is empty for one that it lacks, so 0 in every measure but counts of judgements (trec_eval -c, and ir_measures).
   */
  queries?: 'common' | 'judged';
}

/**
 * Measures a run as trec_eval does. A query of the run without judgements is passed over; one whose judgements have no
 * relevant document counts, with 0.
 *
 * @param measures names as ir_measures writes them; the result has each by its one canonical name (`MAP` → `AP`)
 * @throws Error naming the measure that is not known, or the query and document that the run has twice. A mean over no
 * query at all is an error too.
 */
export function evaluate(
  qrels: Qrels,
  run: Run,
  measures: readonly string[],
  { queries = 'common' }: EvaluateOptions = {},
): Evaluation {
  const parsed = parseMeasures(measures);
  const judgedQueries = [...qrels.keys()];
  const counted = queries === 'judged' ? judgedQueries : judgedQueries.filter((query) => run.has(query));
  if (counted.length === 0) {
    const some = (ids: Iterable<string>) => [...ids].slice(0, 3).join(', ') || 'none';
    throw new Error(
      `no query has both judgements (${some(qrels.keys())} …) and a ranking (${some(run.keys())} …): ` +
        'check that run and qrels belong to the same queries',
    );
  }
  const perQuery: Evaluation['perQuery'] = {};
  for (const query of counted) {
    perQuery[query] = measureQuery(query, run, qrels, parsed);
  }
  const mean: Evaluation['mean'] = {};
  for (const measure of parsed) {
    const name = formatMeasure(measure);
    let sum = 0;
    for (const query of counted) sum += perQuery[query]![name]!;
    mean[name] = measure.definition.aggregate === 'sum' ? sum : sum / counted.length;
  }
  return { mean, perQuery, missing: judgedQueries.filter((query) => !run.has(query)) };
}

function measureQuery(query: string, run: Run, qrels: Qrels, measures: readonly Measure[]): Record<string, number> {
  const judged = judgeRanking(query, run.get(query) ?? [], qrels.get(query)!);
  const withoutUnjudged = judgedOnly(judged);
  return Object.fromEntries(
    measures.map((measure) => [
      formatMeasure(measure),
      computeMeasure(measure, measure.parameters['judged_only'] ? withoutUnjudged : judged),
    ]),
  );
}
