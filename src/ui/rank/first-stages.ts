/** What finds the candidates of a search. */
import type { Progress } from '../../experiments/progress';
import type { RankedDocument } from '../../formats/records';
import { fuseByReciprocalRank } from '../../retrieval/reciprocal-rank-fusion';
import { ask, studio } from '../studio.svelte';

export const FIRST_STAGES = {
  bm25: { name: 'BM25', encodes: false },
  dense: { name: 'Dense', encodes: true },
  lateInteraction: { name: 'Late interaction', encodes: true },
  fusion: { name: 'BM25 + dense', encodes: true },
} as const;

export type FirstStage = keyof typeof FIRST_STAGES;

export interface FirstStageSearch {
  how: FirstStage;
  /** The checkpoint that encodes; of no matter for BM25. */
  checkpoint: string | undefined;
  collection: string;
  query: string;
  depth: number;
}

/** Yields progress while something is indexed, returns the ranking. @throws Error when a checkpoint is needed and none is chosen. */
export async function* searchFirstStage(search: FirstStageSearch): AsyncGenerator<Progress, RankedDocument[], void> {
  const { how, depth } = search;
  if (how === 'bm25') return yield* byBm25(search);
  if (how !== 'fusion') return yield* byEncoder(search, how);
  const runs = [yield* byBm25(search), yield* byEncoder(search, 'dense')].map((one) => new Map([['', one]]));
  return fuseByReciprocalRank(runs, depth).get('')!;
}

async function* byBm25({
  collection,
  query,
  depth,
}: FirstStageSearch): AsyncGenerator<Progress, RankedDocument[], void> {
  yield* studio.retrieval.read(studio.retrieval.api.buildIndex(collection));
  return ask.retrieval((api) => api.search(collection, query, depth));
}

async function* byEncoder(
  { checkpoint, collection, query, depth }: FirstStageSearch,
  how: 'dense' | 'lateInteraction',
): AsyncGenerator<Progress, RankedDocument[], void> {
  if (checkpoint === undefined) throw new Error('choose the checkpoint that encodes queries and documents');
  const request = { how, checkpoint, collection, query, depth };
  for await (const step of studio.ranker.read(studio.ranker.api.searchByEncoder(request))) {
    if (step.type === 'done') return step.ranking;
    yield step;
  }
  throw new Error('the search ended without a ranking');
}
