import { BLOCK, wordsOf } from './block-codec';
import { ByteReader } from './byte-stream';
import { largestSaturation } from './impacts';
import {
  readHead,
  readRest,
  unpackDocuments,
  unpackFrequencies,
  type PostingsArrays,
  type PostingsPlace,
} from './postings';
import { saturation } from './scoring';

/** In place of the widths of a block that is unpacked. */
const UNPACKED = 0xffff;

/** After the last document of every list: later than any document. */
export const NO_MORE_DOCUMENTS = 0x7fffffff;

/** Documents that are scored at a time: their scores stay in the processor's first cache. */
export const WINDOW = 4096;

/**
 * A term's postings as they are searched: documents beside what their frequencies come to. A block is unpacked when it is first
 * wanted, and stays.
 *
 *   block                0        1        2 (the rest)
 *   lastDocuments      │   1310 │   4702 │   9845 │      known from the start, …
 *   documents          │2 … 1310│   …    │ … 9845 │ ∞    … after `unpack(block)`
 *   largestSaturations │       3.4       │ 3.4   │ 2.1  by window of 4,096 documents: the largest of the blocks that reach into it
 */
export class PostingList {
  readonly documents: Int32Array;
  /** By posting: 1 + frequency · inverse norm of the document (scoring.ts). */
  readonly saturations: Float32Array;
  /** By block. */
  readonly lastDocuments: Int32Array;
  /** By window: what no saturation in it exceeds; 0 where there is no posting. Windows after the last document are left out. */
  readonly largestSaturations: Float32Array;
  /** By window: the first block with a document that is not before it. */
  readonly firstBlocks: Int32Array;
  /** By whole block: where its words begin, and the bits of its documents + 32 · those of its frequencies. */
  private readonly words: Uint32Array;
  private readonly widths: Uint16Array;

  constructor(
    private readonly arrays: PostingsArrays,
    place: PostingsPlace,
    private readonly lengths: Uint8Array,
    private readonly inverseNorms: Float32Array,
  ) {
    const { documentFrequency } = place;
    const whole = Math.floor(documentFrequency / BLOCK);
    const blocks = Math.ceil(documentFrequency / BLOCK);
    this.documents = new Int32Array(documentFrequency + 1);
    this.documents[documentFrequency] = NO_MORE_DOCUMENTS;
    this.saturations = new Float32Array(documentFrequency);
    this.lastDocuments = new Int32Array(blocks);
    this.words = new Uint32Array(whole);
    this.widths = new Uint16Array(whole);

    const reader = new ByteReader(arrays.postings, place.postings);
    const largest = new Float32Array(whole);
    let last = -1;
    let word = place.packed;
    for (let block = 0; block < whole; block++) {
      const { advance, documentBits, frequencyBits } = readHead(reader);
      this.lastDocuments[block] = last += advance;
      largest[block] = largestSaturation(reader, inverseNorms);
      this.words[block] = word;
      this.widths[block] = documentBits | (frequencyBits << 5);
      word += wordsOf(documentBits + frequencyBits);
    }
    const rest = whole * BLOCK;
    if (blocks > whole) {
      readRest(reader, documentFrequency - rest, last, this.documents, rest, unpacked, 0);
      this.saturate(rest, documentFrequency);
      this.lastDocuments[whole] = this.documents[documentFrequency - 1]!;
    }

    const windows = windowOf(this.lastDocuments[blocks - 1]!) + 1;
    this.largestSaturations = new Float32Array(windows);
    this.firstBlocks = new Int32Array(windows);
    let window = 0;
    for (let block = 0; block < blocks; block++)
      for (const end = windowOf(this.lastDocuments[block]!); window <= end; window++) this.firstBlocks[window] = block;
    const raise = (window: number, saturation: number) => {
      if (saturation > this.largestSaturations[window]!) this.largestSaturations[window] = saturation;
    };
    for (let block = 0; block < whole; block++) {
      const end = windowOf(this.lastDocuments[block]!);
      for (let window = block && windowOf(this.lastDocuments[block - 1]! + 1); window <= end; window++)
        raise(window, largest[block]!);
    }
    for (let i = rest; i < documentFrequency; i++) raise(windowOf(this.documents[i]!), this.saturations[i]!);
  }

  get documentFrequency(): number {
    return this.saturations.length;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return 8 * (this.documentFrequency + this.firstBlocks.length) + 10 * this.lastDocuments.length;
  }

  isUnpacked(block: number): boolean {
    return (this.widths[block] ?? UNPACKED) === UNPACKED;
  }

  /** Makes the block's documents and saturations ready. */
  unpack(block: number): void {
    if (this.isUnpacked(block)) return;
    const width = this.widths[block]!;
    this.widths[block] = UNPACKED;
    const { packed } = this.arrays;
    const from = block * BLOCK;
    const word = this.words[block]!;
    const last = block === 0 ? -1 : this.lastDocuments[block - 1]!;
    unpackDocuments(packed, word, width & 31, last, this.documents, from);
    unpackFrequencies(packed, word + wordsOf(width & 31), width >>> 5, unpacked, 0);
    this.saturate(from, from + BLOCK);
  }

  /** Turns unpacked frequencies into saturations. */
  private saturate(from: number, to: number): void {
    const { documents, saturations, lengths, inverseNorms } = this;
    for (let i = from; i < to; i++)
      saturations[i] = saturation(unpacked[i - from]!, inverseNorms[lengths[documents[i]!]!]!);
  }
}

const windowOf = (document: number) => Math.floor(document / WINDOW);

/** Frequencies of the block that is being unpacked. */
const unpacked = new Int32Array(BLOCK);
