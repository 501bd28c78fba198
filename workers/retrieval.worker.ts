/** The retrieval worker: BM25 indexes, search, first-stage runs. */
import * as Comlink from 'comlink';
import { bm25Run } from '../src/experiments/first-stage';
import type { Progress } from '../src/experiments/progress';
import { bm25System } from '../src/recipes/systems';
import { expandedTerms } from '../src/retrieval/bm25/expand';
import type { Rm3Options } from '../src/retrieval/bm25/rm3';
import { queryTerms, type Bm25Searcher } from '../src/retrieval/bm25/searcher';
import { isIndexed } from '../src/retrieval/bm25/stored-index';
import { openLibrary } from '../src/storage/open-library';
import { termRanges } from '../src/text/lucene/term-ranges';
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

/** The query's terms, with those that RM3 adds where it is asked for. */
async function termsOf(searcher: Bm25Searcher, collection: string, query: string, rm3?: Rm3Options) {
  if (!rm3) return queryTerms(query);
  return expandedTerms(searcher, (await opened).texts(collection), query, rm3);
}

const api: RetrievalApi = {
  async buildIndex(collection) {
    const searchers = await kept;
    return pushed<Progress>((signal) => searchers.open(collection, signal));
  },
  isIndexed: async (collection) => isIndexed(await opened, collection),
  async search(collection, query, depth, rm3) {
    const searcher = await searcherOf(collection);
    return searcher.search(await termsOf(searcher, collection, query, rm3), depth);
  },
  async explain(collection, query, document, rm3) {
    const searcher = await searcherOf(collection);
    return searcher.explain(await termsOf(searcher, collection, query, rm3), document);
  },
  async matches(query, texts) {
    const terms = queryTerms(query);
    return texts.map((text) => termRanges(text, terms));
  },
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
