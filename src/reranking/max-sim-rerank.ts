/** Re-ranks a run by late interaction: each document is encoded once, and scored by MaxSim for every query that has it. */
import type { Run, TextSource } from '../formats/records';
import { maxSimsOfPairs } from '../retrieval/late-interaction/max-sim';
import type { LateInteractionModel } from '../retrieval/late-interaction/model';
import { encodeAll, encodeTexts, joined, textOf } from '../retrieval/late-interaction/token-vectors';
import { rankedByScore } from './by-score';
import type { RerankEvent } from './rerank';

export interface MaxSimRequest {
  model: LateInteractionModel;
  run: Run;
  queries: TextSource;
  documents: TextSource;
  /** Documents of each ranking that are scored; what is below is left out of the new run. */
  depth: number;
  signal?: AbortSignal;
}

/** Queries in one product: with a batch's vectors, 16 MiB of products. */
const QUERIES_AT_ONCE = 64;
/** Documents whose texts are in memory at once. */
const WINDOW = 512;

/** Yields progress by documents encoded, and at the end the run, its queries in their order. @throws as `rerank`. */
export async function* maxSimRerank(request: MaxSimRequest): AsyncGenerator<RerankEvent, void> {
  const { model, run, queries, documents, depth, signal } = request;
  const { encoder, inputs } = model;
  const ids = [...run.keys()];
  const asked = await encodeAll(encoder, (await queries.texts(ids)).map(inputs.query));
  const wanted = new Map<string, number[]>();
  ids.forEach((query, q) => {
    const byRank = [...run.get(query)!].sort((a, b) => a.rank - b.rank);
    for (const { document } of byRank.slice(0, depth)) wanted.set(document, [...(wanted.get(document) ?? []), q]);
  });
  const scored = ids.map((): { document: string; score: number }[] => []);
  const all = [...wanted.keys()];
  let [done, tokens] = [0, 0];
  for (let from = 0; from < all.length; from += WINDOW) {
    const some = all.slice(from, from + WINDOW);
    for await (const encoded of encodeTexts(encoder, (await documents.texts(some)).map(inputs.document))) {
      signal?.throwIfAborted();
      const own = some.slice(encoded.first, encoded.first + encoded.vectors.offsets.length - 1);
      const pairs = own.flatMap((document, d) => wanted.get(document)!.map((q) => [q, d] as const));
      for (const { asking, of } of byQueries(pairs)) {
        const vectors = joined(
          asking.map((q) => textOf(asked, q)),
          encoder.dimension,
        );
        const scores = await maxSimsOfPairs(
          vectors,
          encoded.vectors,
          of.map(([q, d]) => [asking.indexOf(q), d] as const),
        );
        of.forEach(([q, d], i) => scored[q]!.push({ document: own[d]!, score: scores[i]! }));
      }
      done += own.length;
      tokens += encoded.tokens;
      yield { type: 'progress', done, total: all.length, tokens };
    }
  }
  yield { type: 'run', run: new Map(ids.map((query, q) => [query, rankedByScore(scored[q]!)])) };
}

type Pair = readonly [query: number, document: number];

/** The pairs of some queries at a time. */
function* byQueries(pairs: readonly Pair[]): Generator<{ asking: number[]; of: Pair[] }> {
  const asking = [...new Set(pairs.map(([query]) => query))];
  for (let from = 0; from < asking.length; from += QUERIES_AT_ONCE) {
    const some = new Set(asking.slice(from, from + QUERIES_AT_ONCE));
    yield { asking: [...some], of: pairs.filter(([query]) => some.has(query)) };
  }
}
