import type { Run } from '../formats/records';
import type { Candidates } from './teacher';

/** A query of the run that gets no list, and why. */
export interface DroppedQuery {
  query: string;
  reason: string;
}

/**
 * The first `depth` documents of each query, in order of rank. A query that is not among `queries`, or has nothing to be
 * put in order, is dropped and reported.
 * @param queries ids of the stored queries
 */
export function candidatesOf(
  run: Run,
  depth: number,
  queries: { has(query: string): boolean },
): { lists: Candidates[]; dropped: DroppedQuery[] } {
  const lists: Candidates[] = [];
  const dropped: DroppedQuery[] = [];
  for (const [query, ranking] of run) {
    const documents = ranking
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, depth)
      .map(({ document }) => document);
    if (!queries.has(query)) dropped.push({ query, reason: 'expected its text among the queries, found none' });
    else if (documents.length < 2)
      dropped.push({ query, reason: `expected at least 2 documents to put in order, found ${documents.length}` });
    else lists.push({ query, documents });
  }
  return { lists, dropped };
}
