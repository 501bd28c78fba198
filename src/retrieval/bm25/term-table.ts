import { Growable } from './growable';

/** Distinct terms, numbered from 0 in the order they came, in typed arrays. */
export class TermTable {
  /** UTF-8 of all terms, end to end. */
  private readonly bytes = new Growable<Uint8Array>((length) => new Uint8Array(length));
  /** Where each term starts, and where the last one ends. */
  private readonly offsets = new Growable<Uint32Array>((length) => new Uint32Array(length));
  /** A hash table with open addressing, at most half full: number + 1 of a term, or 0. */
  private slots = new Int32Array(1024);

  constructor() {
    this.offsets.push(0);
  }

  get size(): number {
    return this.offsets.length - 1;
  }

  /** The number of a term; a new one gets the next number, which is `size` until then. */
  add(term: string): number {
    const length = encode(term);
    const slot = this.slotOf(length);
    const found = this.slots[slot]! - 1;
    if (found >= 0) return found;
    const number = this.size;
    this.bytes.append(encoded, 0, length);
    this.offsets.push(this.bytes.length);
    this.slots[slot] = number + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
    return number;
  }

  /** UTF-8 of a term: a view, which the next `add` may leave behind. */
  utf8(number: number): Uint8Array {
    return this.bytes.array.subarray(this.offsets.array[number], this.offsets.array[number + 1]);
  }

  /** Sorts terms by their bytes, in place. */
  sort(numbers: Int32Array): Int32Array {
    const bytes = this.bytes.array;
    const offsets = this.offsets.array;
    return numbers.sort((a, b) => {
      let i = offsets[a]!;
      let j = offsets[b]!;
      const [endA, endB] = [offsets[a + 1]!, offsets[b + 1]!];
      while (i < endA && j < endB) {
        const difference = bytes[i++]! - bytes[j++]!;
        if (difference !== 0) return difference;
      }
      return endA - i - (endB - j);
    });
  }

  /** The slot where the encoded term is, or the empty one where it belongs. */
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

const encoder = new TextEncoder();
/** UTF-8 of the term that is looked for. */
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

/** FNV-1a, with its high bits mixed into the low ones that choose the slot. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
