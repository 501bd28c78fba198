import type { Qrels, Run } from '../formats/records';
import type { SamplingOptions } from '../recipes/recipe';
import type { LabelledList } from './batches';
import { candidates, ranksAsQrels, type Candidate } from './candidates';
import { drawList } from './draw-list';
import { explainList, type ExplainedList } from './explain-list';
import { randomStream, shuffled } from './random';

/** Why queries were left out: how many, and a few of them to look at. */
export interface Dropped {
  reason: 'not in the judgements' | 'not in the run' | 'too few relevant documents' | 'no documents to draw from';
  count: number;
  examples: string[];
}

/** Draws training lists. A pure function of its inputs: list `index` of epoch `epoch` is the same whenever it is asked for. */
export interface Sampler {
  /** Queries that lists are drawn for, in the run's order. */
  queries: readonly string[];
  dropped: readonly Dropped[];
  /** One list a query, in the epoch's order; epochs count from 0. */
  list(epoch: number, index: number): LabelledList;
  /** The queries of an epoch in its order: `list(epoch, i)` is that of the i-th. */
  order(epoch: number): readonly string[];
  /** The list that a query has in an epoch, with the reasons. @throws when neither run nor judgements know the query. */
  explain(epoch: number, query: string): ExplainedQuery;
}

/** A query's list in an epoch: its index there, or why the query has none. */
export type ExplainedQuery = ExplainedList & ({ index: number } | { dropped: Dropped['reason'] });

/** Where the streams of an epoch's order and of its lists branch off the seed. */
const [ORDER, LISTS] = [0, 1];

/**
 * Makes a sampler of lists from a run and judgements, by the rules of the study (`candidates.ts` says what may be drawn,
 * `draw-list.ts` what is). Queries without what is needed are dropped, and counted.
 *
 * @param qrels left out with `useRanksAsQrels`, where the run's ranks are the judgements
 * @throws RangeError naming the option when a size or depth is impossible; Error when there are no judgements.
 */
export function createSampler(run: Run, qrels: Qrels | undefined, options: SamplingOptions, seed: number): Sampler {
  checkOptions(options);
  const judged = options.useRanksAsQrels ? ranksAsQrels(run) : qrels;
  if (!judged) throw new Error('sampling: judgements (data.qrels) are needed unless useRanksAsQrels is true');
  const { queries, dropped } = usableQueries(run, judged, options);
  const listStream = (epoch: number, index: number) => randomStream(seed, LISTS, epoch, index);
  let order: { epoch: number; queries: readonly string[] } | undefined;
  const inOrder = (epoch: number): readonly string[] => {
    if (!options.shuffleQueries) return queries;
    if (order?.epoch !== epoch) order = { epoch, queries: shuffled(queries, randomStream(seed, ORDER, epoch)) };
    return order.queries;
  };
  return {
    queries,
    dropped,
    list(epoch, index) {
      const query = inOrder(epoch)[index];
      if (query === undefined) throw new RangeError(`list ${index}: expected 0 … ${queries.length - 1}`);
      return drawList(query, candidatesOf(query, run, judged, options), options, listStream(epoch, index));
    },
    order: inOrder,
    explain(epoch, query) {
      if (!run.has(query) && !judged.has(query)) {
        throw new RangeError(`query ${query}: neither the run nor the judgements have it`);
      }
      const data = [query, run.get(query) ?? [], judged.get(query) ?? new Map(), options] as const;
      const reason = reasonToDrop(query, run, judged, options);
      if (reason) return { ...explainList(...data), dropped: reason };
      const index = inOrder(epoch).indexOf(query);
      return { ...explainList(...data, listStream(epoch, index)), index };
    },
  };
}

function checkOptions({
  trainSampleSize: size,
  trainSampleDepth: depth,
  numRelevantSamples: relevant,
  targets,
  keepNonRetrieved,
}: SamplingOptions) {
  const whole = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`sampling.${name}: expected a whole number of at least ${least}, found ${value}`);
    }
  };
  whole('trainSampleSize', size, 1);
  whole('numRelevantSamples', relevant, -1);
  whole('trainSampleDepth', depth, -1);
  if (depth !== -1 && size > depth) {
    throw new RangeError(
      `sampling.trainSampleSize: expected at most trainSampleDepth (${depth}), found ${size}: ` +
        'lower it, or set trainSampleDepth to -1 for no bound',
    );
  }
  if (targets === 'score' && keepNonRetrieved !== false) {
    throw new RangeError(
      `sampling.keepNonRetrieved: expected false with targets: score, found ${keepNonRetrieved}: ` +
        'a document that the run does not have has no score',
    );
  }
}

function candidatesOf(query: string, run: Run, qrels: Qrels, options: SamplingOptions): Candidate[] {
  return candidates(run.get(query) ?? [], qrels.get(query) ?? new Map(), options);
}

function usableQueries(run: Run, qrels: Qrels, options: SamplingOptions): { queries: string[]; dropped: Dropped[] } {
  const dropped = new Map<Dropped['reason'], Dropped>();
  const isUsable = (query: string) => {
    const reason = reasonToDrop(query, run, qrels, options);
    if (!reason) return true;
    const entry = dropped.get(reason) ?? { reason, count: 0, examples: [] };
    dropped.set(reason, entry);
    entry.count++;
    if (entry.examples.length < 5) entry.examples.push(query);
    return false;
  };
  const queries = [...run.keys()].filter(isUsable);
  for (const query of qrels.keys()) if (!run.has(query)) isUsable(query);
  return { queries, dropped: [...dropped.values()] };
}

function reasonToDrop(query: string, run: Run, qrels: Qrels, options: SamplingOptions): Dropped['reason'] | undefined {
  if (!run.has(query)) return 'not in the run';
  const judgements = qrels.get(query);
  if (!judgements) return 'not in the judgements';
  let relevant = 0;
  for (const relevance of judgements.values()) if (relevance >= 1) relevant++;
  if (relevant < options.minNumRelevant) return 'too few relevant documents';
  return candidatesOf(query, run, qrels, options).length === 0 ? 'no documents to draw from' : undefined;
}
