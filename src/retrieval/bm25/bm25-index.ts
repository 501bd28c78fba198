/**
 * A BM25 index of a collection: its segments, and what only all of them together know.
 *
 *   segment 0          │ segment 1      │ segment 2         consecutive documents; numbers count through all segments
 *   0 … 114,999        │ 115,000 … …    │ …
 *        └──────── documents with terms, tokens, a term's document frequency: summed up, as Lucene does ────────┘
 */
import type { Segment } from './segment';
import { indexOfString, stringAt } from './strings';
import { TermDictionary } from './term-dictionary';
import type { PostingsPlace } from './postings';

/** A segment in its index. */
export interface PlacedSegment extends Segment {
  /** The number of its first document. */
  first: number;
  lookup: TermDictionary;
}

/** A term in an index. */
export interface IndexedTerm {
  /** In all segments. */
  documentFrequency: number;
  /** By segment; undefined where none of its documents has the term. */
  places: (PostingsPlace | undefined)[];
}

export class Bm25Index {
  readonly segments: readonly PlacedSegment[];
  readonly documents: number;
  /** The N of BM25. */
  readonly documentsWithTerms: number;
  readonly tokens: number;

  /** @param segments of consecutive documents, in their order */
  constructor(segments: readonly Segment[]) {
    let first = 0;
    this.segments = segments.map((segment) => {
      const placed = { ...segment, first, lookup: new TermDictionary(segment.dictionary) };
      first += segment.documents;
      return placed;
    });
    this.documents = first;
    this.documentsWithTerms = segments.reduce((sum, segment) => sum + segment.documentsWithTerms, 0);
    this.tokens = segments.reduce((sum, segment) => sum + segment.tokens, 0);
  }

  /** Mean number of terms of the documents that have any; 0 if none has. */
  get averageLength(): number {
    return this.documentsWithTerms ? this.tokens / this.documentsWithTerms : 0;
  }

  /** Where a term stands. */
  find(term: string): IndexedTerm {
    const utf8 = encoder.encode(term);
    const places = this.segments.map(({ lookup }) => lookup.find(utf8));
    return { places, documentFrequency: places.reduce((sum, place) => sum + (place?.documentFrequency ?? 0), 0) };
  }

  /** The segment of a document. */
  segmentOf(document: number): PlacedSegment {
    return this.segments.findLast(({ first }) => first <= document)!;
  }

  /** The id of a document. */
  id(document: number): string {
    const segment = this.segmentOf(document);
    return stringAt(segment.ids, document - segment.first);
  }

  /** The number of a document; −1 if it is not there. Looks at all ids. */
  documentOf(id: string): number {
    for (const { ids, first } of this.segments) {
      const number = indexOfString(ids, id);
      if (number >= 0) return first + number;
    }
    return -1;
  }
}

const encoder = new TextEncoder();
