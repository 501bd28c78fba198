import type { Qrels, RankedDocument, Run } from '../formats/records';
import type { SamplingOptions } from '../recipes/recipe';

/** A document that may enter a query's list. */
export interface Candidate {
  document: string;
  /** −1 without a judgement. */
  relevance: number;
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

/**
 * The documents that a query's list is drawn from, by rank, not retrieved ones last, each once:
 *
 *   ranking ⟕ judgements     every retrieved document; with `keepNonRetrieved` (true or relevant) every judged one
 *   − removeUnjudged         those without a judgement
 *   − trainSampleDepth       those ranked deeper or not ranked; with `keepNonRetrieved: relevant` relevance ≥ 1 stays anyway
 */
export function candidates(
  ranking: readonly RankedDocument[],
  judgements: ReadonlyMap<string, number>,
  options: SamplingOptions,
): Candidate[] {
  const joined = new Map<string, Candidate>();
  const byRank = [...ranking].sort((a, b) => a.rank - b.rank);
  for (const { document, rank, score } of byRank) {
    const relevance = judgements.get(document) ?? -1;
    if (!joined.has(document)) joined.set(document, { document, rank, score, relevance });
  }
  if (options.keepNonRetrieved) {
    for (const [document, relevance] of judgements) {
      if (!joined.has(document)) joined.set(document, { document, rank: -1, score: NaN, relevance });
    }
  }
  const { trainSampleDepth: depth, keepNonRetrieved, removeUnjudged } = options;
  return [...joined.values()].filter(({ document, rank, relevance }) => {
    if (removeUnjudged && !judgements.has(document)) return false;
    return depth === -1 || (rank !== -1 && rank <= depth) || (keepNonRetrieved === 'relevant' && relevance >= 1);
  });
}
