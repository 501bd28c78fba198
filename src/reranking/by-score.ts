import { trecOrder } from '../evaluation/judged-ranking';
import type { RankedDocument } from '../formats/records';

/** A ranking in trec_eval's order: by score, equal scores by document id descending; ranks from 1. */
export function rankedByScore(scored: readonly { document: string; score: number }[]): RankedDocument[] {
  const unranked = scored.map(({ document, score }) => ({ document, rank: 0, score }));
  return trecOrder(unranked).map((entry, i) => ({ ...entry, rank: i + 1 }));
}
