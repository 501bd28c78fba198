import type { RankedDocument, Run, TextSource } from '../formats/records';
import type { CrossEncoder } from '../models/cross-encoder';
import type { EncodePair, EncodedPair } from '../text/pair-encoder';
import { rankedByScore } from './by-score';
import { scorePairs } from './score-pairs';

export type RerankEvent =
  /** Documents scored, of all. */
  { type: 'progress'; done: number; total: number; tokens: number } | { type: 'run'; run: Run };

export interface RerankRequest {
  model: CrossEncoder;
  encode: EncodePair;
  /** The first stage's rankings. */
  run: Run;
  queries: TextSource;
  documents: TextSource;
  /** Documents of each ranking that are scored; what is below is left out of the new run. */
  depth: number;
  /** Tokens that are scored at once: `TOKENS_AT_ONCE` if left out. */
  maxTokens?: number;
  signal?: AbortSignal;
}

/** Pairs whose texts are in memory at once. */
const WINDOW = 1024;

/**
 * Scores the first `depth` documents of each query and orders them anew (`rankedByScore`). Yields progress, and at the end the run, its
 * queries in their order.
 *
 * @throws the texts' error for a document that is not in the collection; the signal's reason when it is aborted.
 */
export async function* rerank(request: RerankRequest): AsyncGenerator<RerankEvent, void> {
  const { model, encode, queries, documents, depth, maxTokens, signal } = request;
  const pairs = [...request.run].flatMap(([query, ranking]) =>
    firstOf(ranking, depth).map((document) => ({ query, document })),
  );
  const scored = new Map<string, { document: string; score: number }[]>();
  for (const query of request.run.keys()) scored.set(query, []);
  let [done, tokens] = [0, 0];
  for (let from = 0; from < pairs.length; from += WINDOW) {
    const window = pairs.slice(from, from + WINDOW);
    const inputs = await encodeAll(window, queries, documents, encode);
    for await (const batch of scorePairs(model, inputs, maxTokens)) {
      signal?.throwIfAborted();
      batch.scores.forEach((score, i) => {
        const { query, document } = window[batch.first + i]!;
        scored.get(query)!.push({ document, score });
      });
      done += batch.scores.length;
      tokens += batch.tokens;
      yield { type: 'progress', done, total: pairs.length, tokens };
    }
  }
  yield { type: 'run', run: new Map([...scored].map(([query, documents]) => [query, rankedByScore(documents)])) };
}

function firstOf(ranking: readonly RankedDocument[], depth: number): string[] {
  const byRank = [...ranking].sort((a, b) => a.rank - b.rank);
  return byRank.slice(0, depth).map(({ document }) => document);
}

async function encodeAll(
  pairs: readonly { query: string; document: string }[],
  queries: TextSource,
  documents: TextSource,
  encode: EncodePair,
): Promise<EncodedPair[]> {
  const ids = [...new Set(pairs.map(({ query }) => query))];
  const [queryTexts, texts] = await Promise.all([
    queries.texts(ids),
    documents.texts(pairs.map(({ document }) => document)),
  ]);
  const textOf = new Map(ids.map((id, i) => [id, queryTexts[i]!]));
  return pairs.map(({ query }, i) => encode(textOf.get(query)!, texts[i]!));
}
