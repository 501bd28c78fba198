/**
 * Hard negatives: the documents that a system ranks high though nobody judged them relevant. What is mined is a run again, to draw training
 * lists from; judged relevant documents come back into the lists by the sampler's `keepNonRetrieved`.
 */
import type { Qrels, RankedDocument, Run } from '../formats/records';

export interface MiningOptions {
  /** First documents of each ranking that are left out, after the relevant ones: the likeliest to be relevant though not judged. */
  skipTop: number;
  /** Documents kept for each query. */
  depth: number;
  /** Grade from which a document is relevant: 1 if left out. */
  relevantFrom?: number;
}

export interface Mined {
  run: Run;
  /** Documents left out because they are judged relevant. */
  relevant: number;
  /** Queries without any judgement, which are left out: what is relevant to them is not known. */
  unjudged: number;
  /** Queries with nothing left. */
  empty: number;
}

/** Ranks are counted anew; scores stay the system's. */
export function mineNegatives(run: Run, qrels: Qrels, { skipTop, depth, relevantFrom = 1 }: MiningOptions): Mined {
  const mined: Mined = { run: new Map(), relevant: 0, unjudged: 0, empty: 0 };
  for (const [query, ranking] of run) {
    const judged = qrels.get(query);
    if (!judged) {
      mined.unjudged++;
      continue;
    }
    const byRank = [...ranking].sort((a, b) => a.rank - b.rank);
    const others = byRank.filter(({ document }) => (judged.get(document) ?? 0) < relevantFrom);
    mined.relevant += byRank.length - others.length;
    const kept = others.slice(skipTop, skipTop + depth).map((one, i): RankedDocument => ({ ...one, rank: i + 1 }));
    if (kept.length === 0) mined.empty++;
    else mined.run.set(query, kept);
  }
  return mined;
}
