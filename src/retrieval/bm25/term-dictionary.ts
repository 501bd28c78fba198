/**
 * The terms of a segment in the order of their UTF-8, in groups of 16. The first term of a group stands as it is, the others leave
 * out what they have in common with the one before (front coding).
 *
 *   terms    0 5 water … │ 5 1 s … │ 5 4 fall … │ …      common bytes, further bytes and how many, document frequency,
 *   groups   ↑ where the group begins in terms, postings and packed words                    lengths of the postings
 */
import { BLOCK } from './block-codec';
import { ByteReader, ByteWriter } from './byte-stream';
import { Growable } from './growable';
import type { PostingsPlace } from './postings';

const GROUP = 16;
/** Numbers that are kept of a group. */
const PLACES = 3;

export interface DictionaryArrays {
  terms: Uint8Array;
  /** `[groups · 3]` */
  groups: Uint32Array;
}

/** A place in bytes and words of postings. */
type End = Omit<PostingsPlace, 'documentFrequency'>;

export class DictionaryWriter {
  private readonly bytes = new ByteWriter();
  private readonly groups = new Growable<Uint32Array>((length) => new Uint32Array(length));
  private previous = new Uint8Array(0);
  private end: End = { postings: 0, packed: 0 };
  size = 0;

  /**
   * Adds a term, which comes after all before it.
   * @param end where its postings end; they begin where those of the term before it end.
   */
  add(term: Uint8Array, documentFrequency: number, end: End): void {
    let common = 0;
    if (this.size % GROUP === 0) {
      this.groups.push(this.bytes.length);
      this.groups.push(this.end.postings);
      this.groups.push(this.end.packed);
    } else {
      const most = Math.min(term.length, this.previous.length);
      while (common < most && term[common] === this.previous[common]) common++;
    }
    const { bytes } = this;
    bytes.number(common);
    bytes.number(term.length - common);
    bytes.copy(term, common, term.length);
    bytes.number(documentFrequency);
    bytes.number(end.postings - this.end.postings);
    if (documentFrequency >= BLOCK) bytes.number(end.packed - this.end.packed);
    this.previous = term.slice();
    this.end = end;
    this.size++;
  }

  finish(): DictionaryArrays {
    return { terms: this.bytes.finish(), groups: this.groups.trimmed() };
  }
}

/** A walk over the terms of a dictionary, in their order. */
export class DictionaryCursor {
  /** UTF-8 of the term, `[0, length)`. */
  readonly term: Uint8Array = new Uint8Array(1024);
  length = 0;
  documentFrequency = 0;
  /** Where its postings begin. */
  postings = 0;
  packed = 0;
  private readonly reader: ByteReader;
  private nextPostings = 0;
  private nextPacked = 0;

  constructor(private readonly dictionary: DictionaryArrays) {
    this.reader = new ByteReader(dictionary.terms);
  }

  /** Goes to before the first term of a group. */
  toGroup(group: number): void {
    const { groups } = this.dictionary;
    this.reader.at = groups[group * PLACES]!;
    this.nextPostings = groups[group * PLACES + 1]!;
    this.nextPacked = groups[group * PLACES + 2]!;
  }

  /** Goes to the next term. False after the last one. */
  next(): boolean {
    const { reader } = this;
    if (reader.at >= reader.bytes.length) return false;
    const common = reader.number();
    const further = reader.number();
    for (let i = 0; i < further; i++) this.term[common + i] = reader.byte();
    this.length = common + further;
    this.documentFrequency = reader.number();
    this.postings = this.nextPostings;
    this.packed = this.nextPacked;
    this.nextPostings += reader.number();
    if (this.documentFrequency >= BLOCK) this.nextPacked += reader.number();
    return true;
  }

  /** Below zero where the term comes before another, above where it comes after, 0 where it is the same. */
  compare(other: Uint8Array, otherLength = other.length): number {
    const most = Math.min(this.length, otherLength);
    for (let i = 0; i < most; i++) {
      const difference = this.term[i]! - other[i]!;
      if (difference !== 0) return difference;
    }
    return this.length - otherLength;
  }
}

/** Looks terms up in a dictionary. */
export class TermDictionary {
  private readonly cursor: DictionaryCursor;
  private readonly groups: number;

  constructor(readonly arrays: DictionaryArrays) {
    this.cursor = new DictionaryCursor(arrays);
    this.groups = arrays.groups.length / PLACES;
  }

  /** Where the postings of a term are; undefined if it is not there. */
  find(term: Uint8Array): PostingsPlace | undefined {
    const { cursor } = this;
    // The last group whose first term is not after it.
    let low = 0;
    let high = this.groups;
    while (low < high) {
      const middle = (low + high) >>> 1;
      cursor.toGroup(middle);
      cursor.next();
      if (cursor.compare(term) <= 0) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    cursor.toGroup(low - 1);
    for (let i = 0; i < GROUP && cursor.next(); i++) {
      const order = cursor.compare(term);
      if (order === 0) {
        const { documentFrequency, postings, packed } = cursor;
        return { documentFrequency, postings, packed };
      }
      if (order > 0) return undefined;
    }
    return undefined;
  }
}
