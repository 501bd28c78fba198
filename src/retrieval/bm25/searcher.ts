import type { RankedDocument } from '../../formats/records';
import { englishTerms } from '../../text/lucene/english-analyzer';
import type { Bm25Index } from './bm25-index';
import { DECODED_LENGTH } from './document-length';
import { inverseDocumentFrequency, inverseNorms, termScore } from './scoring';
import { TopDocuments } from './top-documents';

/**
 * Documents scored at a time. All terms' postings of a window are added up before the next window, so that its scores stay
 * in the processor's first cache.
 */
const WINDOW = 4096;

export interface Bm25Parameters {
  /** Term-frequency saturation, from 0: 0.9 where left out. */
  k1?: number;
  /** Length normalisation, 0 to 1: 0.4 where left out. */
  b?: number;
}

/** What a term of the query adds to a document's score: contribution = boost · idf · tf. */
export interface TermExplanation {
  term: string;
  /** How often the query has it. */
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

/** A term of a query. */
interface QueryTerm {
  term: string;
  boost: number;
  /** Its number in the index; −1 if it is not there. */
  number: number;
  documentFrequency: number;
  idf: number;
}

/** Searches an index. */
export class Bm25Searcher {
  private readonly inverseNorms: Float32Array;
  private readonly averageLength: number;
  private readonly scores = new Float64Array(WINDOW);
  /** Ids of documents that were found before. */
  private readonly knownIds: string[] = [];

  /** @throws RangeError if k1 is negative or b is not from 0 to 1. */
  constructor(
    readonly index: Bm25Index,
    { k1 = 0.9, b = 0.4 }: Bm25Parameters = {},
  ) {
    if (!(k1 >= 0 && k1 < Infinity)) throw new RangeError(`BM25: k1 is ${k1}, expected a number from 0`);
    if (!(b >= 0 && b <= 1)) throw new RangeError(`BM25: b is ${b}, expected a number from 0 to 1`);
    this.averageLength = index.documentsWithTerms ? index.tokens / index.documentsWithTerms : 0;
    this.inverseNorms = inverseNorms(k1, b, this.averageLength);
  }

  /**
   * The best documents for a query, at most `depth`; fewer if fewer have one of its terms. Of equal scores, the document
   * that comes first in the collection ranks higher.
   * @throws RangeError if the depth is not a whole number from 1.
   */
  search(query: string, depth: number): RankedDocument[] {
    if (!(Number.isInteger(depth) && depth >= 1))
      throw new RangeError(`BM25: depth is ${depth}, expected a whole number from 1`);
    const { postingStarts, lengths } = this.index;
    const top = new TopDocuments(Math.min(depth, lengths.length));
    const terms = this.queryTerms(query).filter(({ number }) => number >= 0);
    const weights = terms.map(({ boost, idf }) => Math.fround(boost * idf));
    const next = terms.map(({ number }) => postingStarts[number]!);
    const ends = terms.map(({ number }) => postingStarts[number + 1]!);
    for (let window = terms.length ? 0 : lengths.length; window < lengths.length; window += WINDOW) {
      for (let i = 0; i < terms.length; i++) next[i] = this.addScores(weights[i]!, next[i]!, ends[i]!, window);
      this.collect(window, top);
    }
    return top.take().map(({ document, score }, i) => ({ document: this.id(document), rank: i + 1, score }));
  }

  /** Adds a term's scores to the documents of a window; returns the term's first posting after it. */
  private addScores(weight: number, posting: number, end: number, window: number): number {
    const { documents, frequencies, lengths } = this.index;
    const { scores, inverseNorms } = this;
    const windowEnd = window + WINDOW;
    for (; posting < end; posting++) {
      const document = documents[posting]!;
      if (document >= windowEnd) break;
      scores[document - window]! += termScore(weight, frequencies[posting]!, inverseNorms[lengths[document]!]!);
    }
    return posting;
  }

  /** Offers the window's documents, and sets its scores back to 0. */
  private collect(window: number, top: TopDocuments): void {
    const { scores } = this;
    const size = Math.min(WINDOW, this.index.lengths.length - window);
    let { threshold } = top;
    for (let i = 0; i < size; i++) {
      if (scores[i]! > threshold) threshold = top.offer(window + i, Math.fround(scores[i]!));
    }
    scores.fill(0, 0, size);
  }

  /**
   * Why a document scores as it does for a query, term by term.
   * @throws Error if the document is not in the index.
   */
  explain(query: string, document: string): ScoreExplanation {
    const number = this.index.ids.find(document);
    if (number < 0) throw new Error(`document "${document}" is not in the BM25 index`);
    const lengthByte = this.index.lengths[number]!;
    const inverseNorm = this.inverseNorms[lengthByte]!;
    const terms = this.queryTerms(query).map(({ term, boost, number: termNumber, documentFrequency, idf }) => {
      const frequency = termNumber < 0 ? 0 : this.frequency(termNumber, number);
      const contribution = termScore(Math.fround(boost * idf), frequency, inverseNorm);
      return { term, boost, documentFrequency, idf, frequency, tf: termScore(1, frequency, inverseNorm), contribution };
    });
    return {
      score: Math.fround(terms.reduce((sum, { contribution }) => sum + contribution, 0)),
      length: DECODED_LENGTH[lengthByte]!,
      averageLength: this.averageLength,
      terms,
    };
  }

  /** Distinct terms of a query, in its order. */
  private queryTerms(query: string): QueryTerm[] {
    const { terms, postingStarts, documentsWithTerms } = this.index;
    const counts = new Map<string, number>();
    for (const term of englishTerms(query)) counts.set(term, (counts.get(term) ?? 0) + 1);
    return Array.from(counts, ([term, boost]) => {
      const number = terms.find(term);
      const documentFrequency = number < 0 ? 0 : postingStarts[number + 1]! - postingStarts[number]!;
      return {
        term,
        boost,
        number,
        documentFrequency,
        idf: inverseDocumentFrequency(documentFrequency, documentsWithTerms),
      };
    });
  }

  /** How often a document has a term: a binary search of the term's postings. */
  private frequency(term: number, document: number): number {
    const { postingStarts, documents, frequencies } = this.index;
    const end = postingStarts[term + 1]!;
    let low = postingStarts[term]!;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (documents[middle]! < document) low = middle + 1;
      else high = middle;
    }
    return low < end && documents[low] === document ? frequencies[low]! : 0;
  }

  private id(document: number): string {
    return (this.knownIds[document] ??= this.index.ids.get(document));
  }
}
