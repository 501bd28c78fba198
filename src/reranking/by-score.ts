import type { RankedDocument } from '../formats/records';

/**
 * Ranks documents as trec_eval does, whatever the rank column says: by score, highest first; equal scores by document id, the
 * last in byte order first (`trec_eval` 9.0, `form_res_rels.c`, `comp_sim_docno`).
 */
export function rankedByScore(scored: readonly { document: string; score: number }[]): RankedDocument[] {
  return [...scored]
    .sort((a, b) => b.score - a.score || (a.document < b.document ? 1 : -1))
    .map(({ document, score }, i) => ({ document, rank: i + 1, score }));
}
