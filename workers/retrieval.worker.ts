/** The retrieval worker: BM25 indexes, search, first-stage runs. */
import * as Comlink from 'comlink';
import { bm25Run, openBm25Index } from '../src/experiments/first-stage';
import type { Progress } from '../src/experiments/progress';
import { Bm25Searcher } from '../src/retrieval/bm25/searcher';
import { openLibrary } from '../src/storage/open-library';
import type { RetrievalApi } from './protocol';
import { pushed } from './stream';

const opened = openLibrary();
/** The collection searched last: its index stays in memory. */
let kept: { collection: string; searcher: Promise<Bm25Searcher> } | undefined;

/** Runs a generator for its result. */
async function result<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

async function searcherOf(collection: string): Promise<Bm25Searcher> {
  if (kept?.collection !== collection) {
    const searcher = opened
      .then((library) => result(openBm25Index(library, collection)))
      .then((index) => new Bm25Searcher(index));
    searcher.catch(() => (kept = undefined));
    kept = { collection, searcher };
  }
  return kept.searcher;
}

const api: RetrievalApi = {
  async buildIndex(collection) {
    const library = await opened;
    return pushed<Progress>((signal) => openBm25Index(library, collection, signal));
  },
  search: async (collection, query, depth) => (await searcherOf(collection)).search(query, depth),
  explain: async (collection, query, document) => (await searcherOf(collection)).explain(query, document),
  async bm25Run({ collection, queries, k1, b, depth, name }) {
    const library = await opened;
    return pushed(async function* (signal) {
      const run = yield* bm25Run(library, collection, await library.allTexts(queries), { k1, b, depth }, signal);
      const dataset = await library.writeRun(name, run, { collection, queries, system: 'BM25' });
      yield { type: 'done' as const, dataset };
    });
  },
};

Comlink.expose(api);
