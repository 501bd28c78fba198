/** Rankings side by side: who stands where, and how far each moved from the first stage. */
import type { RankedDocument } from '../../formats/records';

export interface RankedRow {
  document: string;
  /** From 1. */
  rank: number;
  score: number;
  /** Rank here minus rank in the first stage: below zero is up. 0 in the first stage itself. */
  move: number;
}

/** The first stage's own column. */
export function firstStageRows(ranking: readonly RankedDocument[]): RankedRow[] {
  return ranking.map(({ document, score }, i) => ({ document, rank: i + 1, score, move: 0 }));
}

/**
 * The column of a re-ranker: the documents of the first stage by falling score, ties in the first stage's order.
 * @param scores of the documents of `ranking`, in its order.
 */
export function rerankedRows(ranking: readonly RankedDocument[], scores: readonly number[]): RankedRow[] {
  return ranking
    .map(({ document }, i) => ({ document, before: i + 1, score: scores[i] ?? -Infinity }))
    .sort((a, b) => b.score - a.score || a.before - b.before)
    .map(({ document, before, score }, i) => ({ document, rank: i + 1, score, move: i + 1 - before }));
}

/** The line of a document between two columns; undefined when neither end is among the rows that are shown. */
export interface Slope {
  document: string;
  /** Ranks, from 1; beyond `shown` for an end that is further down. */
  from: number;
  to: number;
}

/** Lines between two columns of which the first `shown` rows are drawn. */
export function slopes(left: readonly RankedRow[], right: readonly RankedRow[], shown: number): Slope[] {
  const rankOf = new Map(right.map((row) => [row.document, row.rank]));
  return left.flatMap(({ document, rank: from }) => {
    const to = rankOf.get(document);
    return to === undefined || (from > shown && to > shown) ? [] : [{ document, from, to }];
  });
}
