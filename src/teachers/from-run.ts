/** A run that is there already as the teacher: the first documents of each query, ready to learn from. */
import type { Run } from '../formats/records';
import type { Dataset } from '../storage/entries';
import type { Library } from '../storage/library';
import type { ListScores } from './request';

export interface RunTeacherRequest {
  /** Ids of stored data sets; without `queries`, all of the run's. */
  run: string;
  queries?: string;
  depth: number;
  name: string;
  scores: ListScores;
}

/**
 * The first `depth` documents of each query in order of rank, as the sampler takes them, ranked anew from 1. A query with one document
 * has nothing to be learnt from its order and is left out.
 */
export function cutRun(run: Run, depth: number, scores: ListScores): Run {
  const lists: Run = new Map();
  for (const [query, ranking] of run) {
    const first = ranking.toSorted((a, b) => a.rank - b.rank).slice(0, depth);
    if (first.length < 2) continue;
    lists.set(
      query,
      first.map(({ document, score }, i) => ({
        document,
        rank: i + 1,
        score: scores === 'teacher' ? score : 1 / (i + 1),
      })),
    );
  }
  return lists;
}

/** Stores the cut run. @throws if nothing is left. */
export async function teachFromRun(
  library: Library,
  { run, queries, depth, name, scores }: RunTeacherRequest,
): Promise<{ dataset: Dataset; lists: number; left: number }> {
  const source = await library.dataset(run);
  const ranked = await library.readRun(run);
  const total = ranked.size;
  if (queries !== undefined)
    for (const query of await library.texts(queries).unknown(ranked.keys())) ranked.delete(query);
  const lists = cutRun(ranked, depth, scores);
  if (lists.size === 0)
    throw new Error(`${source?.name ?? run}: no query with two documents or more; do run and queries belong together?`);
  const dataset = await library.writeRun(name, lists, {
    ...source?.madeFrom,
    ...(queries === undefined ? {} : { queries }),
    system: source?.madeFrom?.system ?? source?.name ?? name,
  });
  return { dataset, lists: lists.size, left: total - lists.size };
}
