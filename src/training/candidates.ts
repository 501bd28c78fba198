import type { Qrels, RankedDocument, Run } from '../formats/records';
import type { SamplingOptions } from '../recipes/recipe';

/** A document that may enter a query's list. */
export interface Candidate {
  document: string;
  /** −1 without a judgement. */
  relevance: number;
  isJudged: boolean;
  /** −1 when it was not retrieved. */
  rank: number;
  /** Of the run; NaN when it was not retrieved. */
  score: number;
}

/** The run's ranks as judgements: largest rank of the whole run − rank + 1, so that a teacher's first is the most relevant. */
export function ranksAsQrels(run: Run): Qrels {
  let largest = 0;
  for (const ranking of run.values()) for (const { rank } of ranking) largest = Math.max(largest, rank);
  const judge = (ranking: RankedDocument[]) => {
    const judged = new Map<string, number>();
    for (const { document, rank } of ranking) if (!judged.has(document)) judged.set(document, largest - rank + 1);
    return judged;
  };
  return new Map([...run].map(([query, ranking]) => [query, judge(ranking)]));
}

/** A query's ranking and judgements, joined: each document once, by rank, those that were not retrieved last. */
export function joined(ranking: readonly RankedDocument[], judgements: ReadonlyMap<string, number>): Candidate[] {
  const byDocument = new Map<string, Candidate>();
  const byRank = [...ranking].sort((a, b) => a.rank - b.rank);
  for (const { document, rank, score } of byRank) {
    if (byDocument.has(document)) continue;
    const relevance = judgements.get(document);
    byDocument.set(document, { document, rank, score, relevance: relevance ?? -1, isJudged: relevance !== undefined });
  }
  for (const [document, relevance] of judgements) {
    if (!byDocument.has(document)) {
      byDocument.set(document, { document, rank: -1, score: NaN, relevance, isJudged: true });
    }
  }
  return [...byDocument.values()];
}

/** The option that keeps a document out of what is drawn from. */
export type FilterRule = 'keepNonRetrieved' | 'removeUnjudged' | 'trainSampleDepth';

/**
 * The first rule that keeps a document out; undefined when it may be drawn.
 *
 *   keepNonRetrieved   false: those that were not retrieved
 *   removeUnjudged     those without a judgement
 *   trainSampleDepth   those ranked deeper or not ranked; with `keepNonRetrieved: relevant` relevance ≥ 1 stays anyway
 */
export function filteredBy(
  { rank, relevance, isJudged }: Candidate,
  { trainSampleDepth: depth, keepNonRetrieved, removeUnjudged }: SamplingOptions,
): FilterRule | undefined {
  if (rank === -1 && keepNonRetrieved === false) return 'keepNonRetrieved';
  if (removeUnjudged && !isJudged) return 'removeUnjudged';
  if (depth === -1 || (rank !== -1 && rank <= depth)) return undefined;
  return keepNonRetrieved === 'relevant' && relevance >= 1 ? undefined : 'trainSampleDepth';
}

/** The documents that a query's list is drawn from: `joined` without those that a rule keeps out. */
export function candidates(
  ranking: readonly RankedDocument[],
  judgements: ReadonlyMap<string, number>,
  options: SamplingOptions,
): Candidate[] {
  return joined(ranking, judgements).filter((candidate) => filteredBy(candidate, options) === undefined);
}
