/**
 * RM3, pseudo-relevance feedback (Abdul-Jaleel et al., UMass at TREC 2004), as Anserini 0.39.0's Rm3Reranker computes it, float32 where
 * it has a float:
 *
 *   query ── terms by share, 1 together ─────────────────────────────────── × original weight ──┐
 *                                                                                               ├─ + ──▶ terms by weight
 *   first documents ── each one's most frequent terms, 1 together, × its score; summed up,      │
 *                      the best terms, 1 together ─────────────── × (1 − original weight) ──────┘
 */
import type { QueryTerms } from './searcher';

export interface Rm3Options {
  /** Terms taken of each document, and of all of them together: 10. */
  feedbackTerms: number;
  /** Documents that the terms are taken from, the first ones that the query finds: 10. */
  feedbackDocuments: number;
  /** What the query's own terms weigh, 0 to 1: 0.5. */
  originalWeight: number;
}

/** Anserini's. */
export const RM3_DEFAULTS: Rm3Options = { feedbackTerms: 10, feedbackDocuments: 10, originalWeight: 0.5 };

/** A document that the query found. */
export interface FeedbackDocument {
  /** Repeated ones too. */
  terms: readonly string[];
  score: number;
}

/** What is known of the collection. */
export interface TermStatistics {
  documents: number;
  documentFrequency(term: string): number;
}

const { fround } = Math;

/** Terms in more than this share of all documents are no feedback. */
const LARGEST_SHARE = fround(0.1);
/** Anserini's bound for a document without a feedback term. */
const SMALLEST_NORM = fround(0.001);

/** The expanded query: its own terms in its order, then the others by falling weight. */
export function expandByRm3(
  query: QueryTerms,
  feedback: readonly FeedbackDocument[],
  statistics: TermStatistics,
  { feedbackTerms, feedbackDocuments, originalWeight }: Rm3Options = RM3_DEFAULTS,
): QueryTerms {
  const model = new Map<string, number>();
  for (const { terms, score } of feedback.slice(0, feedbackDocuments)) {
    const frequencies = best(frequenciesOf(terms, statistics), feedbackTerms);
    const norm = fround(sum(frequencies));
    if (norm <= SMALLEST_NORM) continue;
    for (const [term, frequency] of frequencies)
      model.set(term, fround((model.get(term) ?? 0) + fround(fround(frequency / norm) * fround(score))));
  }
  const expansion = unit(best(model, feedbackTerms));
  const original = unit(query);
  const weight = fround(originalWeight);
  return new Map(
    [...new Set([...original.keys(), ...expansion.keys()])].map((term) => [
      term,
      fround(fround(weight * (original.get(term) ?? 0)) + (1 - weight) * (expansion.get(term) ?? 0)),
    ]),
  );
}

/** How often each term that may be feedback stands in a document. */
function frequenciesOf(terms: readonly string[], statistics: TermStatistics): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  for (const term of frequencies.keys())
    if (!/^[a-z0-9]{2,20}$/.test(term) || isTooFrequent(term, statistics)) frequencies.delete(term);
  return frequencies;
}

function isTooFrequent(term: string, { documents, documentFrequency }: TermStatistics): boolean {
  return fround(documentFrequency(term) / documents) > LARGEST_SHARE;
}

/** The terms of the highest values; of equal ones, the first by alphabet. */
function best(values: ReadonlyMap<string, number>, size: number): Map<string, number> {
  const sorted = [...values].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return new Map(sorted.slice(0, size));
}

const sum = (values: ReadonlyMap<string, number>) => [...values.values()].reduce((total, value) => total + value, 0);

/** Values that are 1 together. */
function unit(values: ReadonlyMap<string, number>): Map<string, number> {
  const norm = sum(values);
  return new Map([...values].map(([term, value]) => [term, fround(value / norm)]));
}
