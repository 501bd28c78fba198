/** Fusion of runs by reciprocal rank (Cormack, Clarke and Büttcher, 2009): a document's score is Σ over the runs that have it of 1/(k + rank). */
import type { RankedDocument, Run } from '../formats/records';

/** The paper's k. */
export const FUSION_K = 60;

/**
 * @param depth documents kept for each query
 * @returns the queries of all runs, in the order in which they first come; of equal scores, that document first which comes first in the runs.
 */
export function fuseByReciprocalRank(runs: readonly Run[], depth: number, k: number = FUSION_K): Run {
  const queries = new Set(runs.flatMap((run) => [...run.keys()]));
  return new Map(
    [...queries].map((query) => [
      query,
      fused(
        runs.map((run) => run.get(query) ?? []),
        depth,
        k,
      ),
    ]),
  );
}

function fused(rankings: readonly (readonly RankedDocument[])[], depth: number, k: number): RankedDocument[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) {
    for (const { document, rank } of ranking) scores.set(document, (scores.get(document) ?? 0) + 1 / (k + rank));
  }
  return [...scores]
    .sort(([, a], [, b]) => b - a)
    .slice(0, depth)
    .map(([document, score], i) => ({ document, rank: i + 1, score }));
}
