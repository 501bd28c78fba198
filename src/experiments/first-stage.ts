/** BM25 over stored collections: the index is built once, stored, and loaded without a rebuild. */
import type { Run, TextRecord } from '../formats/records';
import { loadBm25Index, storeBm25Index, StoredIndexError, type Bm25Index } from '../retrieval/bm25/bm25-index';
import { buildBm25Index } from '../retrieval/bm25/build-index';
import { Bm25Searcher } from '../retrieval/bm25/searcher';
import type { Bm25Options } from '../recipes/recipe';
import type { Library } from '../storage/library';
import type { Progress } from './progress';

const INDEX_NAME = 'bm25';

/** Milliseconds of searching between two turns of the event loop. */
const TURN_MS = 30;

/** The collection's index: loaded, or built and stored. Yields progress while it builds, returns the index. */
export async function* openBm25Index(
  library: Library,
  collection: string,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Bm25Index, void> {
  const stored = await library.getIndex(collection, INDEX_NAME);
  if (stored) {
    try {
      return loadBm25Index(stored);
    } catch (error) {
      // Of another version of the studio: built again below.
      if (!(error instanceof StoredIndexError)) throw error;
    }
  }
  const dataset = await library.dataset(collection);
  const what = `indexing ${dataset?.name ?? collection}`;
  const steps = buildBm25Index(records(library, collection));
  for (;;) {
    signal?.throwIfAborted();
    const step = await steps.next();
    if (step.done) {
      const { meta, arrays } = storeBm25Index(step.value);
      await library.putIndex(collection, INDEX_NAME, meta, arrays);
      return step.value;
    }
    yield { type: 'progress', what, done: step.value.documents, total: dataset?.count ?? 0 };
  }
}

async function* records(library: Library, collection: string): AsyncGenerator<TextRecord[]> {
  for await (const { ids, texts } of library.batches(collection)) {
    yield ids.map((id, i) => ({ id, text: texts[i]! }));
  }
}

/** BM25's rankings of queries, at most `depth` documents each. Yields progress, returns the run. */
export async function* bm25Run(
  library: Library,
  collection: string,
  queries: ReadonlyMap<string, string>,
  { k1, b, depth }: Bm25Options,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Run, void> {
  const index = yield* openBm25Index(library, collection, signal);
  const searcher = new Bm25Searcher(index, { k1, b });
  const run: Run = new Map();
  let turn = Date.now();
  for (const [query, text] of queries) {
    run.set(query, searcher.search(text, depth));
    if (Date.now() - turn > TURN_MS) {
      yield { type: 'progress', what: 'BM25', done: run.size, total: queries.size };
      await new Promise((resume) => setTimeout(resume));
      signal?.throwIfAborted();
      turn = Date.now();
    }
  }
  return run;
}
