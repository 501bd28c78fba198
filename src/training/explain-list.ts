/**
 * Why a training list is as it is: every document of the query's ranking and judgements, and what became of it. The draw is the
 * sampler's own, with the same random numbers.
 */
import type { RankedDocument } from '../formats/records';
import type { SamplingOptions } from '../recipes/recipe';
import type { LabelledList } from './batches';
import { filteredBy, joined, type Candidate, type FilterRule } from './candidates';
import { draws, drawDocuments, toList, type Draw } from './draw-list';
import type { RandomStream } from './random';

export type Outcome =
  /** A rule keeps it out of what is drawn from. */
  | { type: 'filtered'; rule: FilterRule }
  /** Its place in the list, from 1, and the label that the loss sees. */
  | { type: 'drawn'; as: Draw['as']; by: Draw['by']; place: number; label: number }
  /** It was drawn from, and others were taken. */
  | { type: 'passed over'; as: Draw['as']; by: Draw['by'] }
  /** No draw takes it: relevant, but ranked below the list's size (`relevant: first`, all of them); or its grade is below −1. */
  | { type: 'in no draw'; because: 'ranked below the size' | 'grade below −1' }
  /** The query has no list. */
  | { type: 'no list' };

export interface ExplainedDocument {
  document: string;
  /** Undefined when it was not retrieved. */
  rank?: number;
  score?: number;
  /** Undefined without a judgement. */
  relevance?: number;
  outcome: Outcome;
}

export interface ExplainedList {
  query: string;
  /** Undefined for a query that has none. */
  list?: LabelledList;
  /** By rank, those that were not retrieved last. */
  documents: ExplainedDocument[];
  /** What was drawn, in order: how many at most, from how many. */
  draws: { as: Draw['as']; by: Draw['by']; count: number; from: number }[];
}

/**
 * @param random the list's own stream; left out for a query that has no list
 */
export function explainList(
  query: string,
  ranking: readonly RankedDocument[],
  judgements: ReadonlyMap<string, number>,
  options: SamplingOptions,
  random?: RandomStream,
): ExplainedList {
  const all = joined(ranking, judgements);
  const pool = all.filter((candidate) => filteredBy(candidate, options) === undefined);
  const planned = random ? draws(pool, options) : [];
  const drawn = random ? drawDocuments(pool, options, random) : [];
  const places = new Map(drawn.map(({ candidate }, i) => [candidate.document, i]));

  const outcomeOf = (candidate: Candidate): Outcome => {
    const rule = filteredBy(candidate, options);
    if (rule) return { type: 'filtered', rule };
    if (!random) return { type: 'no list' };
    const draw = planned.find(({ from }) => from.includes(candidate));
    if (!draw) {
      return { type: 'in no draw', because: candidate.relevance >= 1 ? 'ranked below the size' : 'grade below −1' };
    }
    const { as, by } = draw;
    const place = places.get(candidate.document);
    if (place === undefined) return { type: 'passed over', as, by };
    return { type: 'drawn', as, by, place: place + 1, label: drawn[place]!.label };
  };
  return {
    query,
    ...(random ? { list: toList(query, drawn) } : {}),
    documents: all.map((candidate) => ({
      document: candidate.document,
      ...(candidate.rank === -1 ? {} : { rank: candidate.rank, score: candidate.score }),
      ...(candidate.isJudged ? { relevance: candidate.relevance } : {}),
      outcome: outcomeOf(candidate),
    })),
    draws: planned.map(({ as, by, count, from }) => ({ as, by, count, from: from.length })),
  };
}
