import type { Library } from '../storage/library';

/** Ids of the data sets that a run speaks of. */
export interface Belonging {
  collection?: string;
  queries?: string;
}

/**
 * The collection and queries of a run: those that it was made from, or the newest that have its first document and its
 * first query.
 */
export async function belongingTo(library: Library, run: string): Promise<Belonging> {
  const [query] = await library.queriesOf(run);
  const [first] = query === undefined ? [] : await library.readRanking(run, query);
  const madeFrom = (await library.dataset(run))?.madeFrom;
  const found: Belonging = {};
  for (const [kind, id, made] of [
    ['queries', query, madeFrom?.queries],
    ['collection', first?.document, madeFrom?.collection],
  ] as const) {
    const stored = await library.datasets(kind);
    const known = stored.find((entry) => entry.id === made);
    if (known) found[kind] = known.id;
    else if (id !== undefined)
      for (const entry of stored)
        if ((await library.texts(entry.id).unknown([id])).length === 0) {
          found[kind] = entry.id;
          break;
        }
  }
  return found;
}
