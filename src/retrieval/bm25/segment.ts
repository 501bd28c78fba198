/**
 * A part of an index: consecutive documents of a collection, all of it in typed arrays, whose numbers count from the first of them.
 *
 *   "wing" ──terms──▶ place ──postings, packed──▶ documents    2   5   9 …  ascending
 *                                                 frequencies  1   3   1 …
 *   document 5 ──▶ lengths[5] (one byte), ids 5 = "cran-6"
 *
 * Nothing of BM25's parameters is in it, nor of other segments: k1, b and what is known of the whole collection come in when it is
 * searched.
 */
import type { PostingsArrays } from './postings';
import type { StringArrays } from './strings';
import type { DictionaryArrays } from './term-dictionary';

export interface SegmentCounts {
  documents: number;
  /** Those that have at least one term: what BM25 counts, as Lucene does. */
  documentsWithTerms: number;
  /** Terms of all documents, repeated ones too. */
  tokens: number;
  /** Distinct terms. */
  terms: number;
}

export interface Segment extends SegmentCounts {
  ids: StringArrays;
  /** By document: its number of terms, encoded (document-length.ts). */
  lengths: Uint8Array;
  dictionary: DictionaryArrays;
  postings: PostingsArrays;
}

/** Raised when the arrays change their meaning: stored segments of another version are built anew. */
const VERSION = 2;

interface Meta extends SegmentCounts {
  format: 'bm25';
  version: number;
  /** How the terms were made; an index is searched with the same analysis. */
  analysis: 'lucene-english';
}

/** A segment as storage keeps it: JSON, and typed arrays by name. */
export interface StoredSegment {
  meta: unknown;
  arrays: Record<string, Uint8Array | Uint32Array>;
}

export function storeSegment(segment: Segment): StoredSegment {
  const { documents, documentsWithTerms, tokens, terms, ids, lengths, dictionary, postings } = segment;
  const counts = { documents, documentsWithTerms, tokens, terms };
  const meta: Meta = { format: 'bm25', version: VERSION, analysis: 'lucene-english', ...counts };
  return {
    meta,
    arrays: {
      idBytes: ids.bytes,
      idOffsets: ids.offsets,
      lengths,
      terms: dictionary.terms,
      groups: dictionary.groups,
      postings: postings.postings,
      packed: postings.packed,
    },
  };
}

/** Whether what is stored was written by this version of the studio. */
export function isSegment(meta: unknown): meta is SegmentCounts {
  const { format, version, analysis } = (meta ?? {}) as Partial<Meta>;
  return format === 'bm25' && version === VERSION && analysis === 'lucene-english';
}

/** Thrown when a stored segment was made by another version of the studio, or is not whole: build it again. */
export class StoredSegmentError extends Error {
  override name = 'StoredSegmentError';
}

/**
 * The segment of what `storeSegment` returned, without a copy.
 * @param stored values of any origin: storage does not know what it keeps
 * @throws StoredSegmentError
 */
export function loadSegment({ meta, arrays }: { meta: unknown; arrays: Record<string, unknown> }): Segment {
  if (!isSegment(meta))
    throw new StoredSegmentError(
      `stored BM25 index: expected version ${VERSION}, found ${JSON.stringify(meta)}: build it again`,
    );
  const array = <Type>(name: string, type: new () => Type): Type => {
    const found = arrays[name];
    if (found instanceof type) return found;
    throw new StoredSegmentError(`stored BM25 index: expected ${name} as ${type.name}, found none: build it again`);
  };
  const { documents, documentsWithTerms, tokens, terms } = meta;
  const segment: Segment = {
    documents,
    documentsWithTerms,
    tokens,
    terms,
    ids: { bytes: array('idBytes', Uint8Array), offsets: array('idOffsets', Uint32Array) },
    lengths: array('lengths', Uint8Array),
    dictionary: { terms: array('terms', Uint8Array), groups: array('groups', Uint32Array) },
    postings: { postings: array('postings', Uint8Array), packed: array('packed', Uint32Array) },
  };
  const found = [segment.lengths.length, segment.ids.offsets.length - 1];
  if (found.some((count) => count !== documents))
    throw new StoredSegmentError(
      `stored BM25 index: expected lengths and ids of ${documents} documents, found ${found.join(' and ')}: build it again`,
    );
  return segment;
}

/** Bytes of all arrays. */
export function segmentBytes(segment: Segment): number {
  return Object.values(storeSegment(segment).arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);
}
