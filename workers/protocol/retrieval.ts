/** The retrieval worker's interface. */
import type { Progress } from '../../src/experiments/progress';
import type { RankedDocument } from '../../src/formats/records';
import type { Bm25Options } from '../../src/recipes/recipe';
import type { Rm3Options } from '../../src/retrieval/bm25/rm3';
import type { ScoreExplanation } from '../../src/retrieval/bm25/searcher';
import type { Dataset } from '../../src/storage/entries';
import type { TextRange } from '../../src/text/lucene/term-ranges';
import type { Stream } from '../stream';

/** BM25 of stored queries over a stored collection; `name` is the run's. */
export interface Bm25RunRequest extends Bm25Options {
  collection: string;
  queries: string;
  name: string;
}

export interface RetrievalApi {
  /** Builds the collection's BM25 index unless it is stored. */
  buildIndex(collection: string): Promise<Stream<Progress>>;
  /** Whether a search finds the collection indexed, all of it: then it takes milliseconds. */
  isIndexed(collection: string): Promise<boolean>;
  /** @param rm3 expands the query */
  search(collection: string, query: string, depth: number, rm3?: Rm3Options): Promise<RankedDocument[]>;
  /** Why a document scores as it does, term by term. */
  explain(collection: string, query: string, document: string, rm3?: Rm3Options): Promise<ScoreExplanation>;
  /** Where each text has words of the query, as BM25 understands them. */
  matches(query: string, texts: readonly string[]): Promise<TextRange[][]>;
  /** A BM25 run, stored as a run. */
  bm25Run(request: Bm25RunRequest): Promise<Stream<Progress | { type: 'done'; dataset: Dataset }>>;
}
