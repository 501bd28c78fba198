/** BM25 over stored collections: what is indexed once is stored, and loaded without a rebuild. */
import { mapped } from '../formats/mapped';
import type { Run } from '../formats/records';
import type { Bm25Index } from '../retrieval/bm25/bm25-index';
import { expandedTerms } from '../retrieval/bm25/expand';
import { Bm25Searcher } from '../retrieval/bm25/searcher';
import { openStoredIndex } from '../retrieval/bm25/stored-index';
import type { Bm25Options } from '../recipes/recipe';
import { bm25System } from '../recipes/systems';
import type { Library } from '../storage/library';
import { Pace } from './pace';
import type { Progress } from './progress';

/** Milliseconds of searching between two turns of the event loop. */
const TURN_MS = 30;

/** The collection's index, after indexing what of it is not indexed yet. Yields progress while it does, returns the index. */
export async function* openBm25Index(
  library: Library,
  collection: string,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Bm25Index, void> {
  const dataset = await library.dataset(collection);
  const what = `indexing ${dataset?.name ?? collection}`;
  let pace: Pace | undefined;
  return yield* mapped(openStoredIndex(library, collection, signal), ({ documents, total }) => {
    // What was indexed before this tab came does not count for its pace.
    pace ??= new Pace(what, total, documents);
    // A collection may grow while it is indexed.
    return { ...pace.at(documents), total };
  });
}

/** BM25's rankings of queries, at most `depth` documents each. Yields progress, returns the run. */
export async function* bm25Run(
  library: Library,
  collection: string,
  queries: ReadonlyMap<string, string>,
  { k1, b, depth, rm3 }: Bm25Options,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Run, void> {
  const index = yield* openBm25Index(library, collection, signal);
  const searcher = new Bm25Searcher(index, { k1, b });
  const documents = library.texts(collection);
  const run: Run = new Map();
  const system = bm25System({ rm3 });
  let turn = Date.now();
  for (const [query, text] of queries) {
    run.set(query, searcher.search(rm3 ? await expandedTerms(searcher, documents, text, rm3) : text, depth));
    if (Date.now() - turn > TURN_MS) {
      yield { type: 'progress', what: system, done: run.size, total: queries.size };
      await new Promise((resume) => setTimeout(resume));
      signal?.throwIfAborted();
      turn = Date.now();
    }
  }
  return run;
}
