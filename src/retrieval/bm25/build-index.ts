import type { TextRecord } from '../../formats/records';
import { englishTerm } from '../../text/lucene/english-analyzer';
import { eachToken } from '../../text/lucene/standard-tokenizer';
import type { Bm25Index } from './bm25-index';
import { encodeLength } from './document-length';
import { Growable } from './growable';
import { StringTable } from './string-table';
import { WordNumbers } from './word-numbers';

const MAX_FREQUENCY = 0xffff;
const STOP_WORD = -1;

/** How far an index is. */
export interface IndexingProgress {
  documents: number;
  tokens: number;
}

/**
 * Builds an index in one pass over the collection, whose records may come as they are read. Yields progress after each
 * batch, returns the index.
 * @throws Error if a document id comes twice.
 */
export async function* buildBm25Index(
  collection: AsyncIterable<readonly TextRecord[]> | Iterable<readonly TextRecord[]>,
): AsyncGenerator<IndexingProgress, Bm25Index, void> {
  const builder = new Bm25IndexBuilder();
  for await (const records of collection) {
    for (const record of records) builder.add(record);
    yield { documents: builder.documents, tokens: builder.tokens };
  }
  return builder.finish();
}

/**
 * Collects documents, then turns them over:
 *
 *   document by document    term 3 ×1, term 0 ×2 │ term 3 ×1 │ …      as they are added
 *   term by term            term 0: document 0 ×2 … │ term 3: document 0 ×1, document 1 ×1 …      by `finish`
 */
export class Bm25IndexBuilder {
  private readonly terms = new StringTable();
  private readonly ids = new StringTable();
  private readonly words = new WordNumbers((word) => {
    const term = englishTerm(word);
    return term === undefined ? STOP_WORD : this.terms.add(term);
  });
  private readonly lengths = new Growable((length) => new Uint8Array(length));
  private withTerms = 0;
  private tokenCount = 0;

  /** Distinct terms of all documents, end to end, and how often each stands in its document. */
  private readonly postingTerms = new Growable((length) => new Int32Array(length), 1 << 16);
  private readonly postingFrequencies = new Growable((length) => new Uint16Array(length), 1 << 16);
  /** By document: where its terms start. */
  private readonly documentStarts = new Growable((length) => new Uint32Array(length));
  /** By term: its document frequency so far. */
  private documentFrequencies = new Uint32Array(1024);
  /** By term: how often it stands in the document that is being added; zeros in between. */
  private counts = new Uint32Array(1024);

  get documents(): number {
    return this.ids.size;
  }

  get tokens(): number {
    return this.tokenCount;
  }

  /** @throws Error if the id was added before. */
  add({ id, text }: TextRecord): void {
    if (this.ids.add(id) < this.documentStarts.length)
      throw new Error(`document "${id}" comes twice in the collection: expected each id once`);
    this.documentStarts.push(this.postingTerms.length);
    const first = this.postingTerms.length;
    let length = 0;
    eachToken(text, (start, end) => {
      const term = this.words.get(text, start, end);
      if (term === STOP_WORD) return;
      length++;
      if (term >= this.counts.length) this.growTerms();
      if (this.counts[term]!++ === 0) this.postingTerms.push(term);
    });
    const distinct = this.postingTerms.length - first;
    this.postingFrequencies.reserve(distinct);
    for (let i = first; i < this.postingTerms.length; i++) {
      const term = this.postingTerms.array[i]!;
      this.postingFrequencies.push(Math.min(this.counts[term]!, MAX_FREQUENCY));
      this.documentFrequencies[term]!++;
      this.counts[term] = 0;
    }
    this.lengths.push(encodeLength(length));
    this.tokenCount += length;
    if (length > 0) this.withTerms++;
  }

  private growTerms(): void {
    const larger = (array: Uint32Array) => {
      const grown = new Uint32Array(this.terms.size * 2);
      grown.set(array);
      return grown;
    };
    this.counts = larger(this.counts);
    this.documentFrequencies = larger(this.documentFrequencies);
  }

  /** The index; the builder is used up. */
  finish(): Bm25Index {
    const postings = this.postingTerms.length;
    const postingStarts = new Uint32Array(this.terms.size + 1);
    for (let term = 0; term < this.terms.size; term++)
      postingStarts[term + 1] = postingStarts[term]! + this.documentFrequencies[term]!;

    // A counting sort by term: documents come in order, so each term's stay in order.
    const documents = new Int32Array(postings);
    const frequencies = new Uint16Array(postings);
    const nextOf = postingStarts.slice();
    this.documentStarts.push(postings);
    const terms = this.postingTerms.array;
    const counts = this.postingFrequencies.array;
    for (let document = 0; document < this.documents; document++) {
      const end = this.documentStarts.array[document + 1]!;
      for (let i = this.documentStarts.array[document]!; i < end; i++) {
        const posting = nextOf[terms[i]!]!++;
        documents[posting] = document;
        frequencies[posting] = counts[i]!;
      }
    }
    return {
      analysis: 'lucene-english',
      documentsWithTerms: this.withTerms,
      tokens: this.tokens,
      terms: this.terms,
      ids: this.ids,
      lengths: this.lengths.trimmed(),
      postingStarts,
      documents,
      frequencies,
    };
  }
}
