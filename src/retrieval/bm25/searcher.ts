import type { RankedDocument } from '../../formats/records';
import { englishTerms } from '../../text/lucene/english-analyzer';
import { type WeightedList, searchSegment } from './block-max-search';
import type { Bm25Index } from './bm25-index';
import { DECODED_LENGTH } from './document-length';
import { PostingLists } from './posting-lists';
import { readPostings } from './postings';
import { inverseDocumentFrequency, inverseNorms, saturation, termScore } from './scoring';
import { TopDocuments } from './top-documents';

export interface Bm25Parameters {
  /** Term-frequency saturation, from 0: 0.9 where left out. */
  k1?: number;
  /** Length normalisation, 0 to 1: 0.4 where left out. */
  b?: number;
}

/** What a term of the query adds to a document's score: contribution = boost · idf · tf. */
export interface TermExplanation {
  term: string;
  /** How often the query has it, or the weight that it was given. */
  boost: number;
  /** Documents that have it; 0 if none has. */
  documentFrequency: number;
  idf: number;
  /** How often the document has it. */
  frequency: number;
  /** The frequency, saturated and normalised by the document's length: 0 to 1. */
  tf: number;
  contribution: number;
}

export interface ScoreExplanation {
  /** The sum of the contributions: the score that `search` gives. */
  score: number;
  /** Terms of the document, as the index remembers it (document-length.ts). */
  length: number;
  averageLength: number;
  /** In the order of the query. */
  terms: TermExplanation[];
}

/** Terms by weight: how often a query has each, or what an expansion made of it (rm3.ts). */
export type QueryTerms = ReadonlyMap<string, number>;

/** The terms of a query, in its order. */
export function queryTerms(query: string): QueryTerms {
  const counts = new Map<string, number>();
  for (const term of englishTerms(query)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Searches an index. */
export class Bm25Searcher {
  private readonly inverseNorms: Float32Array;
  private readonly lists: PostingLists;

  /** @throws RangeError if k1 is negative or b is not from 0 to 1. */
  constructor(
    readonly index: Bm25Index,
    { k1 = 0.9, b = 0.4 }: Bm25Parameters = {},
  ) {
    if (!(k1 >= 0 && k1 < Infinity)) throw new RangeError(`BM25: k1 is ${k1}, expected a number from 0`);
    if (!(b >= 0 && b <= 1)) throw new RangeError(`BM25: b is ${b}, expected a number from 0 to 1`);
    this.inverseNorms = inverseNorms(k1, b, index.averageLength);
    this.lists = new PostingLists(index, this.inverseNorms);
  }

  /**
   * The best documents for a query, at most `depth`; fewer if fewer have one of its terms. Of equal scores, the document
   * that comes first in the collection ranks higher.
   * @throws RangeError if the depth is not a whole number from 1.
   */
  search(query: string | QueryTerms, depth: number): RankedDocument[] {
    if (!(Number.isInteger(depth) && depth >= 1))
      throw new RangeError(`BM25: depth is ${depth}, expected a whole number from 1`);
    const { segments, documents, documentsWithTerms } = this.index;
    const top = new TopDocuments(Math.min(depth, documents));
    const terms = [...(typeof query === 'string' ? queryTerms(query) : query)].flatMap(([term, boost]) => {
      const opened = this.lists.get(term);
      if (!opened) return [];
      const idf = inverseDocumentFrequency(opened.documentFrequency, documentsWithTerms);
      return [{ weight: Math.fround(boost * idf), lists: opened.lists }];
    });
    segments.forEach((segment, i) => {
      const inSegment = terms.flatMap(({ weight, lists }): WeightedList[] =>
        lists[i] ? [{ weight, list: lists[i] }] : [],
      );
      if (inSegment.length > 0) searchSegment(inSegment, segment.documents, segment.first, top);
    });
    return top.take().map(({ document, score }, i) => ({ document: this.index.id(document), rank: i + 1, score }));
  }

  /**
   * Why a document scores as it does for a query, term by term.
   * @throws Error if the document is not in the index.
   */
  explain(query: string | QueryTerms, document: string): ScoreExplanation {
    const number = this.index.documentOf(document);
    if (number < 0) throw new Error(`document "${document}" is not in the BM25 index`);
    const segment = this.index.segmentOf(number);
    const lengthByte = segment.lengths[number - segment.first]!;
    const inverseNorm = this.inverseNorms[lengthByte]!;
    const terms = Array.from(typeof query === 'string' ? queryTerms(query) : query, ([term, boost]) => {
      const { documentFrequency } = this.index.find(term);
      const idf = inverseDocumentFrequency(documentFrequency, this.index.documentsWithTerms);
      const frequency = this.frequency(term, number);
      const tf = termScore(1, saturation(frequency, inverseNorm));
      const contribution = termScore(Math.fround(boost * idf), saturation(frequency, inverseNorm));
      return { term, boost, documentFrequency, idf, frequency, tf, contribution };
    });
    return {
      score: Math.fround(terms.reduce((sum, { contribution }) => sum + contribution, 0)),
      length: DECODED_LENGTH[lengthByte]!,
      averageLength: this.index.averageLength,
      terms,
    };
  }

  /** How often a document has a term. */
  private frequency(term: string, document: number): number {
    const segment = this.index.segmentOf(document);
    const place = segment.lookup.find(new TextEncoder().encode(term));
    if (!place) return 0;
    const documents = new Int32Array(place.documentFrequency);
    const frequencies = new Int32Array(place.documentFrequency);
    readPostings(segment.postings, place, documents, frequencies);
    return frequencies[documents.indexOf(document - segment.first)] ?? 0;
  }
}
