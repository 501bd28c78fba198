import { Growable } from './growable';

/** A table of strings as typed arrays. */
export interface StringTableArrays {
  /** UTF-8 of all strings, end to end. */
  bytes: Uint8Array;
  /** Where each string starts, and where the last one ends; `[strings + 1]`. */
  offsets: Uint32Array;
  /** A hash table with open addressing, at most half full: number + 1 of a string, or 0; `[a power of two]`. */
  slots: Int32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Distinct strings, numbered from 0 in the order they came: the terms of an index, and its document ids. It lives in
 * typed arrays, so that a stored one is ready as it is loaded.
 */
export class StringTable {
  private readonly bytes = new Growable<Uint8Array>((length) => new Uint8Array(length));
  private readonly offsets = new Growable<Uint32Array>((length) => new Uint32Array(length));
  private slots: Int32Array;

  constructor(arrays?: StringTableArrays) {
    this.slots = arrays?.slots ?? new Int32Array(1024);
    if (arrays) {
      this.bytes.adopt(arrays.bytes);
      this.offsets.adopt(arrays.offsets);
    } else this.offsets.push(0);
  }

  get size(): number {
    return this.offsets.length - 1;
  }

  /** The number of a string, or −1 if it is not there. */
  find(text: string): number {
    return this.slots[this.slotOf(encode(text))]! - 1;
  }

  /** The number of a string; a new one gets the next number, which is `size` until then. */
  add(text: string): number {
    const length = encode(text);
    const slot = this.slotOf(length);
    const found = this.slots[slot]! - 1;
    if (found >= 0) return found;
    const number = this.size;
    this.bytes.reserve(length);
    for (let i = 0; i < length; i++) this.bytes.push(encoded[i]!);
    this.offsets.push(this.bytes.length);
    this.slots[slot] = number + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
    return number;
  }

  /** @throws RangeError if there is no string of that number. */
  get(number: number): string {
    if (!(number >= 0 && number < this.size))
      throw new RangeError(`string ${number}: expected a number from 0 to ${this.size - 1}`);
    return decoder.decode(this.bytes.array.subarray(this.offsets.array[number], this.offsets.array[number + 1]));
  }

  /** The table as it can be stored: no copy of the slots is made, so add nothing afterwards. */
  arrays(): StringTableArrays {
    return { bytes: this.bytes.trimmed(), offsets: this.offsets.trimmed(), slots: this.slots };
  }

  /** The slot where the encoded string is, or the empty one where it belongs. */
  private slotOf(length: number): number {
    const bytes = this.bytes.array;
    const offsets = this.offsets.array;
    const mask = this.slots.length - 1;
    let slot = hash(encoded, 0, length) & mask;
    for (;;) {
      const number = this.slots[slot]! - 1;
      if (number < 0) return slot;
      const start = offsets[number]!;
      if (offsets[number + 1]! - start === length) {
        let i = 0;
        while (i < length && bytes[start + i] === encoded[i]) i++;
        if (i === length) return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    const offsets = this.offsets.array;
    for (let number = 0; number < this.size; number++) {
      let slot = hash(this.bytes.array, offsets[number]!, offsets[number + 1]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.slots = slots;
  }
}

/** UTF-8 of the string that is looked for. */
let encoded = new Uint8Array(256);

/** Writes UTF-8 into `encoded`; returns how many bytes. */
function encode(text: string): number {
  if (text.length * 3 > encoded.length) encoded = new Uint8Array(text.length * 6);
  // By hand while it is ASCII: the encoder's call costs more than a word.
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encoder.encodeInto(text, encoded).written;
    encoded[i] = unit;
  }
  return text.length;
}

/** FNV-1a, with its high bits mixed into the low ones that choose the slot. Stored tables depend on it. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
