/** The searcher of the collection that was searched last: its index stays in memory. */
import { openBm25Index } from '../../src/experiments/first-stage';
import type { Progress } from '../../src/experiments/progress';
import { Bm25Searcher } from '../../src/retrieval/bm25/searcher';
import type { Library } from '../../src/storage/library';

export class KeptSearcher {
  #kept?: { collection: string; searcher: Bm25Searcher };

  constructor(private readonly library: Library) {
    // It may have grown, or be gone.
    library.onChange(({ what, id }) => {
      if (what === 'dataset' && id === this.#kept?.collection) this.#kept = undefined;
    });
  }

  /** Yields progress while something of the collection is not indexed yet, returns its searcher. */
  async *open(collection: string, signal?: AbortSignal): AsyncGenerator<Progress, Bm25Searcher, void> {
    if (this.#kept?.collection === collection) return this.#kept.searcher;
    // One index in memory at a time.
    this.#kept = undefined;
    const searcher = new Bm25Searcher(yield* openBm25Index(this.library, collection, signal));
    this.#kept = { collection, searcher };
    return searcher;
  }
}
