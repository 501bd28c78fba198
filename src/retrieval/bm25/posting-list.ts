import { BLOCK, wordsOf } from './block-codec';
import { ByteReader } from './byte-stream';
import { largestSaturation } from './impacts';
import { readHead, readRest, unpackDocuments, unpackFrequencies, type PostingsArrays, type PostingsPlace } from './postings';
import { saturation } from './scoring';

/** In place of the widths of a block that is unpacked. */
const UNPACKED = 0xffff;

/** After the last document of every list: later than any document. */
export const NO_MORE_DOCUMENTS = 0x7fffffff;

/**
 * A term's postings as they are searched: documents beside what their frequencies come to. A block is unpacked when it is first
 * wanted, and stays.
 *
 *   block             0        1        2 (the rest)
 *   lastDocuments   │    310 │    702 │    845 │      known from the start, …
 *   saturations     │    2.1 │    3.4 │    2.1 │      … as is the largest saturation of a block
 *   documents       │ 2 … 310│   …    │ … 845  │ ∞    after `unpack(block)`
 */
export class PostingList {
  readonly documents: Int32Array;
  /** By posting: 1 + frequency · inverse norm of the document (scoring.ts). */
  readonly saturations: Float32Array;
  readonly lastDocuments: Int32Array;
  readonly largestSaturations: Float32Array;
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
    this.largestSaturations = new Float32Array(blocks);
    this.words = new Uint32Array(whole);
    this.widths = new Uint16Array(whole);

    const reader = new ByteReader(arrays.postings, place.postings);
    let last = -1;
    let word = place.packed;
    for (let block = 0; block < whole; block++) {
      const { advance, documentBits, frequencyBits } = readHead(reader);
      this.lastDocuments[block] = last += advance;
      this.largestSaturations[block] = largestSaturation(reader, inverseNorms);
      this.words[block] = word;
      this.widths[block] = documentBits | (frequencyBits << 5);
      word += wordsOf(documentBits + frequencyBits);
    }
    if (whole === blocks) return;
    const from = whole * BLOCK;
    readRest(reader, documentFrequency - from, last, this.documents, from, unpacked, 0);
    this.saturate(from, documentFrequency);
    this.lastDocuments[whole] = this.documents[documentFrequency - 1]!;
    this.largestSaturations[whole] = this.saturations.subarray(from).reduce((a, b) => Math.max(a, b));
  }

  get documentFrequency(): number {
    return this.saturations.length;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return 8 * this.documentFrequency + 14 * this.lastDocuments.length;
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

/** Frequencies of the block that is being unpacked. */
const unpacked = new Int32Array(BLOCK);
