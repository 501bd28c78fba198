/**
 * A term's postings as they are stored: documents and frequencies, in blocks of 128 that are bit-packed as in Lucene, and a rest of
 * at most 127 in bytes.
 *
 *   postings (bytes)   head of block 0 │ head of block 1 │ … │ rest
 *   packed (words)     documents, frequencies │ documents, frequencies │ …                                    (block-codec.ts)
 *
 *   head   last document − last document of the block before, bits of a document + 32 · bits of a frequency, impacts (impacts.ts)
 *   rest   2 · gap for a document, + 1 where the frequency is 1, else the frequency − 2 after it
 *
 * A gap is what lies between a document and the one before it: 0 for the next document. A frequency is packed as itself − 1.
 */
import { BLOCK, bitsOf, packBlock, unpackBlock, wordsOf } from './block-codec';
import { ByteReader, ByteWriter } from './byte-stream';
import { Growable } from './growable';
import { skipImpacts, writeImpacts } from './impacts';

/** Where the postings of a term begin, and how many there are. */
export interface PostingsPlace {
  documentFrequency: number;
  /** In the bytes, and in the words. */
  postings: number;
  packed: number;
}

export interface PostingsArrays {
  postings: Uint8Array;
  packed: Uint32Array;
}

/** Writes terms' postings one after the other. */
export class PostingsWriter {
  private readonly bytes = new ByteWriter();
  private readonly words = new Growable<Uint32Array>((length) => new Uint32Array(length));
  private readonly numbers = new Int32Array(BLOCK);

  /** @param lengths of all documents, encoded (document-length.ts) */
  constructor(private readonly lengths: Uint8Array) {}

  /** Bytes and words written so far. */
  get length(): { postings: number; packed: number } {
    return { postings: this.bytes.length, packed: this.words.length };
  }

  /** Writes the postings `[from, to)` of one term, whose documents ascend. */
  write(documents: Int32Array, frequencies: Int32Array, from: number, to: number): void {
    let last = -1;
    for (; to - from >= BLOCK; from += BLOCK) {
      this.writeBlock(documents, frequencies, from, last);
      last = documents[from + BLOCK - 1]!;
    }
    for (let i = from; i < to; i++) {
      const gap = documents[i]! - last - 1;
      const frequency = frequencies[i]!;
      this.bytes.number((gap << 1) | Number(frequency === 1));
      if (frequency > 1) this.bytes.number(frequency - 2);
      last = documents[i]!;
    }
  }

  private writeBlock(documents: Int32Array, frequencies: Int32Array, from: number, last: number): void {
    const { bytes, numbers } = this;
    let all = 0;
    let previous = last;
    for (let i = 0; i < BLOCK; i++) {
      const document = documents[from + i]!;
      all |= numbers[i] = document - previous - 1;
      previous = document;
    }
    const documentBits = bitsOf(all);
    this.pack(documentBits);
    all = 0;
    for (let i = 0; i < BLOCK; i++) all |= numbers[i] = frequencies[from + i]! - 1;
    const frequencyBits = bitsOf(all);
    this.pack(frequencyBits);
    bytes.number(previous - last);
    bytes.number(documentBits | (frequencyBits << 5));
    writeImpacts(frequencies, documents, from, from + BLOCK, this.lengths, bytes);
  }

  private pack(width: number): void {
    const { words } = this;
    words.reserve(wordsOf(width));
    packBlock(this.numbers, 0, width, words.array, words.length);
    words.length += wordsOf(width);
  }

  finish(): PostingsArrays {
    return { postings: this.bytes.finish(), packed: this.words.trimmed() };
  }
}

/** All postings of a term: documents, with `base` added, and frequencies, to `[to, to + document frequency)` of two arrays. */
export function readPostings(
  { postings, packed }: PostingsArrays,
  place: PostingsPlace,
  documents: Int32Array,
  frequencies: Int32Array,
  to = 0,
  base = 0,
): void {
  const reader = new ByteReader(postings, place.postings);
  const end = to + place.documentFrequency;
  let last = base - 1;
  let word = place.packed;
  for (; end - to >= BLOCK; to += BLOCK) {
    const { documentBits, frequencyBits } = readHead(reader);
    skipImpacts(reader);
    unpackDocuments(packed, word, documentBits, last, documents, to);
    unpackFrequencies(packed, word + wordsOf(documentBits), frequencyBits, frequencies, to);
    word += wordsOf(documentBits + frequencyBits);
    last = documents[to + BLOCK - 1]!;
  }
  readRest(reader, end - to, last, documents, to, frequencies, to);
}

interface Head {
  /** The block's last document − that of the block before, which is −1 before the first one. */
  advance: number;
  documentBits: number;
  frequencyBits: number;
}

/** Reads a head up to its impacts. */
export function readHead(reader: ByteReader): Head {
  const advance = reader.number();
  const bits = reader.number();
  return { advance, documentBits: bits & 31, frequencyBits: bits >>> 5 };
}

/** Unpacks the documents of a block that comes after the document `last`. */
export function unpackDocuments(
  packed: Uint32Array,
  word: number,
  bits: number,
  last: number,
  documents: Int32Array,
  to: number,
): void {
  unpackBlock(packed, word, bits, documents, to);
  for (let i = to; i < to + BLOCK; i++) last = documents[i] = last + 1 + documents[i]!;
}

export function unpackFrequencies(
  packed: Uint32Array,
  word: number,
  bits: number,
  frequencies: Int32Array,
  to: number,
): void {
  unpackBlock(packed, word, bits, frequencies, to);
  for (let i = to; i < to + BLOCK; i++) frequencies[i]!++;
}

/** Reads the `count` postings that are left after the blocks. */
export function readRest(
  reader: ByteReader,
  count: number,
  last: number,
  documents: Int32Array,
  to: number,
  frequencies: Int32Array,
  frequenciesTo: number,
): void {
  for (let i = 0; i < count; i++) {
    const gap = reader.number();
    frequencies[frequenciesTo + i] = gap & 1 ? 1 : reader.number() + 2;
    last = documents[to + i] = last + 1 + (gap >>> 1);
  }
}
