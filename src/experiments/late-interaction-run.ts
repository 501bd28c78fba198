/** Late interaction over stored collections: the whole collection by a compressed index, or a run re-ranked. */
import { mapped } from '../formats/mapped';
import type { Run, TextSource } from '../formats/records';
import { maxSimRerank } from '../reranking/max-sim-rerank';
import type { CompressedIndex } from '../retrieval/late-interaction/compressed-index';
import type { LateInteractionModel } from '../retrieval/late-interaction/model';
import type { IndexingProgress } from '../retrieval/late-interaction/progress';
import { LateInteractionSearcher } from '../retrieval/late-interaction/searcher';
import { openLateInteractionIndex } from '../retrieval/late-interaction/stored-index';
import { encodeAll, vectorsOf } from '../retrieval/late-interaction/token-vectors';
import type { Library } from '../storage/library';
import type { Progress } from './progress';
import { Pace } from './pace';

const WORDS: Record<IndexingProgress['phase'], string> = {
  sampling: 'sampling',
  clustering: 'finding centroids of',
  encoding: 'encoding',
};

/** An index's progress in words. */
export const inWords = (name: string, { phase, ...rest }: IndexingProgress): Progress => ({
  type: 'progress',
  what: `${WORDS[phase]} ${name}`,
  ...rest,
});

/** The collection's index, after indexing what is not indexed yet. */
export async function* openIndex(
  library: Library,
  collection: string,
  model: LateInteractionModel,
  signal?: AbortSignal,
): AsyncGenerator<Progress, CompressedIndex, void> {
  const name = (await library.dataset(collection))?.name ?? collection;
  const steps = openLateInteractionIndex(library, collection, model, signal ? { signal } : {});
  return yield* mapped(steps, (step) => inWords(name, step));
}

/** Rankings of queries over a whole collection, at most `depth` documents each. Yields progress, returns the run. */
export async function* lateInteractionRun(
  library: Library,
  model: LateInteractionModel,
  collection: string,
  queries: ReadonlyMap<string, string>,
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Run, void> {
  const index = yield* openIndex(library, collection, model, signal);
  const asked = await encodeAll(model.encoder, [...queries.values()].map(model.inputs.query));
  const searcher = new LateInteractionSearcher(index);
  const run: Run = new Map();
  const pace = new Pace('late interaction', queries.size);
  try {
    for (const query of queries.keys()) {
      signal?.throwIfAborted();
      run.set(query, await searcher.search(vectorsOf(asked, run.size), depth));
      yield pace.at(run.size);
    }
  } finally {
    searcher.dispose();
  }
  return run;
}

/** A run re-ranked to a depth by MaxSim. Yields progress, returns the run. */
export async function* lateInteractionRerank(
  model: LateInteractionModel,
  run: Run,
  texts: { queries: TextSource; documents: TextSource },
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Run, void> {
  let pace: Pace | undefined;
  for await (const step of maxSimRerank({ model, run, ...texts, depth, ...(signal ? { signal } : {}) })) {
    if (step.type === 'run') return step.run;
    pace ??= new Pace('late interaction', step.total);
    yield pace.at(step.done);
  }
  return new Map();
}
