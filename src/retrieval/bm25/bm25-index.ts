/**
 * A BM25 index of a collection, all of it in typed arrays: what `buildBm25Index` makes and `Bm25Searcher` reads.
 *
 *   "wing" ──terms──▶ term 7 ──postings──▶ [postingStarts[7], postingStarts[8]) ──┬─ documents    2   5   9 …  ascending
 *                                                                                └─ frequencies  1   3   1 …
 *   document 5 ──▶ lengths[5] (one byte), ids.get(5) = "cran-6"
 *
 * Nothing of BM25's parameters is in it: k1 and b are chosen when it is searched.
 */
import { StringTable } from './string-table';

export interface Bm25Index {
  /** How the terms were made; an index is searched with the same analysis. */
  analysis: 'lucene-english';
  /** Documents that have at least one term: the N of BM25, which leaves out the empty ones, as Lucene does. */
  documentsWithTerms: number;
  /** Terms of all documents, repeated ones too. */
  tokens: number;
  terms: StringTable;
  /** Document ids, by the number of the document: the order of the collection. */
  ids: StringTable;
  /** By document: its number of terms, encoded (document-length.ts). */
  lengths: Uint8Array;
  /** By term, `[terms + 1]`: where its postings start. Their number is the term's document frequency. */
  postingStarts: Uint32Array;
  /** By posting: the document, ascending within a term. */
  documents: Int32Array;
  /** By posting: how often the term stands in the document; 65,535 for as often or more. */
  frequencies: Uint16Array;
}

/** Raised when the arrays change their meaning: stored indexes of another version are built anew. */
const VERSION = 1;

interface Meta {
  format: 'bm25';
  version: number;
  analysis: Bm25Index['analysis'];
  documentsWithTerms: number;
  tokens: number;
}

/** An index as storage keeps it: JSON, and typed arrays by name. */
export interface StoredBm25Index {
  meta: unknown;
  arrays: Record<string, Uint8Array | Uint16Array | Uint32Array | Int32Array>;
}

export function storeBm25Index(index: Bm25Index): StoredBm25Index {
  const { analysis, documentsWithTerms, tokens, lengths, postingStarts, documents, frequencies } = index;
  const meta: Meta = { format: 'bm25', version: VERSION, analysis, documentsWithTerms, tokens };
  const terms = index.terms.arrays();
  const ids = index.ids.arrays();
  return {
    meta,
    arrays: {
      termBytes: terms.bytes,
      termOffsets: terms.offsets,
      termSlots: terms.slots,
      idBytes: ids.bytes,
      idOffsets: ids.offsets,
      idSlots: ids.slots,
      lengths,
      postingStarts,
      documents,
      frequencies,
    },
  };
}

/** Thrown when a stored index was made by another version of the studio, or is not whole: build it again. */
export class StoredIndexError extends Error {
  override name = 'StoredIndexError';
}

/**
 * The index of what `storeBm25Index` returned, without a copy.
 * @param stored values of any origin: storage does not know what it keeps
 * @throws StoredIndexError
 */
export function loadBm25Index(stored: { meta: unknown; arrays: Record<string, unknown> }): Bm25Index {
  const meta = stored.meta as Partial<Meta> | null;
  if (meta?.format !== 'bm25' || meta.version !== VERSION || meta.analysis !== 'lucene-english')
    throw new StoredIndexError(
      `stored BM25 index: expected version ${VERSION}, found ${JSON.stringify(stored.meta)}: build it again`,
    );
  const array = <Type>(name: string, type: new () => Type): Type => {
    const found = stored.arrays[name];
    if (found instanceof type) return found;
    throw new StoredIndexError(`stored BM25 index: expected ${name} as ${type.name}, found none: build it again`);
  };
  const table = (name: string) =>
    new StringTable({
      bytes: array(`${name}Bytes`, Uint8Array),
      offsets: array(`${name}Offsets`, Uint32Array),
      slots: array(`${name}Slots`, Int32Array),
    });
  const index: Bm25Index = {
    analysis: meta.analysis,
    documentsWithTerms: meta.documentsWithTerms!,
    tokens: meta.tokens!,
    terms: table('term'),
    ids: table('id'),
    lengths: array('lengths', Uint8Array),
    postingStarts: array('postingStarts', Uint32Array),
    documents: array('documents', Int32Array),
    frequencies: array('frequencies', Uint16Array),
  };
  const postings = index.postingStarts[index.terms.size];
  if (
    index.lengths.length !== index.ids.size ||
    index.documents.length !== postings ||
    index.frequencies.length !== postings
  )
    throw new StoredIndexError(
      `stored BM25 index: expected ${postings} postings and ${index.ids.size} lengths, found ` +
        `${index.documents.length} and ${index.lengths.length}: build it again`,
    );
  return index;
}
