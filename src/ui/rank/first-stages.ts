/** What finds the candidates of a search. */
import type { Progress } from '../../experiments/progress';
import type { RankedDocument } from '../../formats/records';
import { RM3_DEFAULTS } from '../../retrieval/bm25/rm3';
import { fuseByReciprocalRank } from '../../retrieval/reciprocal-rank-fusion';
import { ask, studio } from '../studio.svelte';

export const FIRST_STAGES = {
  bm25: { name: 'BM25', encodes: false, byWords: true },
  rm3: { name: 'BM25 + RM3', encodes: false, byWords: true },
  dense: { name: 'Dense', encodes: true, byWords: false },
  lateInteraction: { name: 'Late interaction', encodes: true, byWords: false },
  fusion: { name: 'BM25 + dense', encodes: true, byWords: true },
} as const;

export type FirstStage = keyof typeof FIRST_STAGES;

/** How BM25 expands the query. */
export const expansionOf = (how: FirstStage) => (how === 'rm3' ? RM3_DEFAULTS : undefined);

/** Whether results may come while the query is typed: nothing is encoded, and nothing is to be indexed first. */
export async function isInstant(how: FirstStage, collection: string): Promise<boolean> {
  return !FIRST_STAGES[how].encodes && (await ask.retrieval((api) => api.isIndexed(collection)));
}

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
  if (how === 'bm25' || how === 'rm3') return yield* byBm25(search);
  if (how !== 'fusion') return yield* byEncoder(search, how);
  const runs = [yield* byBm25(search), yield* byEncoder(search, 'dense')].map((one) => new Map([['', one]]));
  return fuseByReciprocalRank(runs, depth).get('')!;
}

async function* byBm25({
  how,
  collection,
  query,
  depth,
}: FirstStageSearch): AsyncGenerator<Progress, RankedDocument[], void> {
  yield* studio.retrieval.read(studio.retrieval.api.buildIndex(collection));
  return ask.retrieval((api) => api.search(collection, query, depth, expansionOf(how)));
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
