import type { TextRecord } from '../../formats/records';
import { eachToken } from '../../text/lucene/standard-tokenizer';
import { encodeLength } from './document-length';
import { Growable } from './growable';
import { PostingsWriter } from './postings';
import type { Segment } from './segment';
import { StringsBuilder } from './strings';
import { DictionaryWriter } from './term-dictionary';
import { STOP_WORD, Vocabulary } from './vocabulary';

/**
 * Collects documents, then turns them over:
 *
 *   document by document    term 3 ×1, term 0 ×2 │ term 3 ×1 │ …      as they are added
 *   term by term            term 0: document 0 ×2 … │ term 3: document 0 ×1, document 1 ×1 …      by `finish`
 */
export class SegmentBuilder {
  private readonly ids = new StringsBuilder();
  private readonly lengths = new Growable<Uint8Array>((length) => new Uint8Array(length));
  private withTerms = 0;
  private tokenCount = 0;

  /** Distinct terms of all documents, end to end, and how often each stands in its document. */
  private readonly postingTerms = new Growable<Int32Array>((length) => new Int32Array(length), 1 << 16);
  private readonly postingFrequencies = new Growable<Int32Array>((length) => new Int32Array(length), 1 << 16);
  /** By document: where its terms start. */
  private readonly documentStarts = new Growable<Uint32Array>((length) => new Uint32Array(length));
  /** By term of the vocabulary: its document frequency so far. */
  private documentFrequencies: Int32Array;
  /** By term: how often it stands in the document that is being added; zeros in between. */
  private counts: Int32Array;

  /** @param vocabulary may be shared by builders that come one after the other */
  constructor(private readonly vocabulary = new Vocabulary()) {
    const terms = Math.max(1024, 2 * vocabulary.terms.size);
    this.documentFrequencies = new Int32Array(terms);
    this.counts = new Int32Array(terms);
  }

  get documents(): number {
    return this.ids.size;
  }

  get tokens(): number {
    return this.tokenCount;
  }

  get postings(): number {
    return this.postingTerms.length;
  }

  /** Adds a document. That its id is a new one is the library's business. */
  add({ id, text }: TextRecord): void {
    this.ids.add(id);
    this.documentStarts.push(this.postingTerms.length);
    const first = this.postingTerms.length;
    let length = 0;
    eachToken(text, (start, end) => {
      const term = this.vocabulary.termOf(text, start, end);
      if (term === STOP_WORD) return;
      length++;
      if (term >= this.counts.length) this.growTerms(term);
      if (this.counts[term]!++ === 0) this.postingTerms.push(term);
    });
    const distinct = this.postingTerms.length - first;
    this.postingFrequencies.reserve(distinct);
    for (let i = first; i < this.postingTerms.length; i++) {
      const term = this.postingTerms.array[i]!;
      this.postingFrequencies.push(this.counts[term]!);
      this.documentFrequencies[term]!++;
      this.counts[term] = 0;
    }
    this.lengths.push(encodeLength(length));
    this.tokenCount += length;
    if (length > 0) this.withTerms++;
  }

  private growTerms(term: number): void {
    const larger = (array: Int32Array) => {
      const grown = new Int32Array(2 * (term + 1));
      grown.set(array);
      return grown;
    };
    this.counts = larger(this.counts);
    this.documentFrequencies = larger(this.documentFrequencies);
  }

  /** The segment; the builder is used up. */
  finish(): Segment {
    const terms = this.sortedTerms();
    const { starts, documents, frequencies } = this.turnedOver(terms);
    const lengths = this.lengths.trimmed();
    const dictionary = new DictionaryWriter();
    const postings = new PostingsWriter(lengths);
    for (let i = 0; i < terms.length; i++) {
      postings.write(documents, frequencies, starts[i]!, starts[i + 1]!);
      dictionary.add(this.vocabulary.terms.utf8(terms[i]!), starts[i + 1]! - starts[i]!, postings.length);
    }
    return {
      documents: this.documents,
      documentsWithTerms: this.withTerms,
      tokens: this.tokens,
      terms: terms.length,
      ids: this.ids.arrays(),
      lengths,
      dictionary: dictionary.finish(),
      postings: postings.finish(),
    };
  }

  /** The terms that some document has, in the order of the dictionary. */
  private sortedTerms(): Int32Array {
    const { vocabulary, documentFrequencies } = this;
    const numbers = new Growable<Int32Array>((length) => new Int32Array(length));
    const known = Math.min(vocabulary.terms.size, documentFrequencies.length);
    for (let term = 0; term < known; term++) if (documentFrequencies[term]! > 0) numbers.push(term);
    return vocabulary.terms.sort(numbers.trimmed());
  }

  /** Postings by term, in the order of `terms`: a counting sort, which keeps each term's documents in order. */
  private turnedOver(terms: Int32Array): { starts: Uint32Array; documents: Int32Array; frequencies: Int32Array } {
    const starts = new Uint32Array(terms.length + 1);
    const nextOf = new Uint32Array(this.documentFrequencies.length);
    terms.forEach((term, i) => {
      nextOf[term] = starts[i]!;
      starts[i + 1] = starts[i]! + this.documentFrequencies[term]!;
    });
    const documents = new Int32Array(this.postings);
    const frequencies = new Int32Array(this.postings);
    this.documentStarts.push(this.postings);
    const postingTerms = this.postingTerms.array;
    const counts = this.postingFrequencies.array;
    for (let document = 0; document < this.documents; document++) {
      const end = this.documentStarts.array[document + 1]!;
      for (let i = this.documentStarts.array[document]!; i < end; i++) {
        const posting = nextOf[postingTerms[i]!]!++;
        documents[posting] = document;
        frequencies[posting] = counts[i]!;
      }
    }
    return { starts, documents, frequencies };
  }
}
