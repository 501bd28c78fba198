/** The retrieval worker: BM25 indexes, search, first-stage runs. */
import * as Comlink from 'comlink';
import { bm25Run } from '../src/experiments/first-stage';
import type { Progress } from '../src/experiments/progress';
import { bm25System } from '../src/recipes/systems';
import { openLibrary } from '../src/storage/open-library';
import type { RetrievalApi } from './protocol';
import { KeptSearcher } from './retrieval/kept-searcher';
import { pushed } from './stream';

const opened = openLibrary();
const kept = opened.then((library) => new KeptSearcher(library));

/** Runs a generator for its result. */
async function result<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

const searcherOf = async (collection: string) => result((await kept).open(collection));

const api: RetrievalApi = {
  async buildIndex(collection) {
    const searchers = await kept;
    return pushed<Progress>((signal) => searchers.open(collection, signal));
  },
  search: async (collection, query, depth) => (await searcherOf(collection)).search(query, depth),
  explain: async (collection, query, document) => (await searcherOf(collection)).explain(query, document),
  async bm25Run({ collection, queries, name, ...options }) {
    const library = await opened;
    return pushed(async function* (signal) {
      const run = yield* bm25Run(library, collection, await library.allTexts(queries), options, signal);
      const dataset = await library.writeRun(name, run, { collection, queries, system: bm25System(options) });
      yield { type: 'done' as const, dataset };
    });
  },
};

Comlink.expose(api);
