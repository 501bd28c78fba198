/** Bi-encoder retrieval over stored collections: what is encoded once is stored. */
import { mapped } from '../formats/mapped';
import type { Run } from '../formats/records';
import { allPooled, type BiEncoder } from '../retrieval/dense/pooled-vectors';
import { searchDense } from '../retrieval/dense/search';
import { denseParts, encodeCollection } from '../retrieval/dense/stored-vectors';
import type { Library } from '../storage/library';
import { inWords } from './late-interaction-run';
import { Pace } from './pace';
import type { Progress } from './progress';

/** Rankings of queries over a whole collection by cosine, at most `depth` documents each. Yields progress, returns the run. */
export async function* denseRun(
  library: Library,
  model: BiEncoder,
  collection: string,
  queries: ReadonlyMap<string, string>,
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<Progress, Run, void> {
  const { name, count } = (await library.dataset(collection)) ?? { name: collection, count: 0 };
  const options = signal ? { signal } : {};
  for await (const step of encodeCollection(library, collection, model, options)) yield inWords(name, step);
  if (queries.size === 0) return new Map();
  const asked = await allPooled(model, [...queries.values()]);
  const parts = denseParts(library, collection, model.id);
  const pace = new Pace('dense retrieval', count);
  const steps = searchDense(asked, model.encoder.dimension, parts, depth, signal);
  const rankings = yield* mapped(steps, (done) => pace.at(done));
  return new Map([...queries.keys()].map((query, q) => [query, rankings[q]!]));
}
