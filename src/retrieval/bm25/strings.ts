import { Growable } from './growable';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Strings as typed arrays. */
export interface StringArrays {
  /** UTF-8 of all strings, end to end. */
  bytes: Uint8Array;
  /** Where each string starts, and where the last one ends; `[strings + 1]`. */
  offsets: Uint32Array;
}

/** The string of that number. */
export function stringAt({ bytes, offsets }: StringArrays, number: number): string {
  const end = offsets[number + 1]!;
  // By hand while it is ASCII: the decoder's call costs more than an id.
  let text = '';
  for (let i = offsets[number]!; i < end; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) return decoder.decode(bytes.subarray(offsets[number], end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The number of a string among many, by looking at each: some milliseconds for a million. −1 if it is not there. */
export function indexOfString({ bytes, offsets }: StringArrays, text: string): number {
  const wanted = encoder.encode(text);
  const strings = offsets.length - 1;
  for (let number = 0; number < strings; number++) {
    const start = offsets[number]!;
    if (offsets[number + 1]! - start !== wanted.length) continue;
    let i = 0;
    while (i < wanted.length && bytes[start + i] === wanted[i]) i++;
    if (i === wanted.length) return number;
  }
  return -1;
}

/** Gathers strings. */
export class StringsBuilder {
  private readonly bytes = new Growable<Uint8Array>((length) => new Uint8Array(length));
  private readonly offsets = new Growable<Uint32Array>((length) => new Uint32Array(length));

  constructor() {
    this.offsets.push(0);
  }

  get size(): number {
    return this.offsets.length - 1;
  }

  add(text: string): void {
    this.bytes.reserve(3 * text.length);
    this.bytes.length += encoder.encodeInto(text, this.bytes.array.subarray(this.bytes.length)).written;
    this.offsets.push(this.bytes.length);
  }

  arrays(): StringArrays {
    return { bytes: this.bytes.trimmed(), offsets: this.offsets.trimmed() };
  }
}
