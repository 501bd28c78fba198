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
  const madeFrom = (await library.dataset(run))?.madeFrom;
  // Read only of a run that does not say what it was made from.
  let first: ReturnType<typeof firstIds> | undefined;
  const found: Belonging = {};
  for (const kind of ['queries', 'collection'] as const) {
    const stored = await library.datasets(kind);
    const known = stored.find(({ id }) => id === madeFrom?.[kind]);
    if (known) {
      found[kind] = known.id;
      continue;
    }
    first ??= firstIds(library, run);
    const id = (await first)[kind];
    if (id === undefined) continue;
    for (const entry of stored)
      if ((await library.texts(entry.id).unknown([id])).length === 0) {
        found[kind] = entry.id;
        break;
      }
  }
  return found;
}

/** The run's first query, and the document that is first for it. */
async function firstIds(library: Library, run: string): Promise<{ queries?: string; collection?: string }> {
  const [query] = await library.queriesOf(run);
  if (query === undefined) return {};
  const [first] = await library.readRanking(run, query);
  return { queries: query, ...(first ? { collection: first.document } : {}) };
}
