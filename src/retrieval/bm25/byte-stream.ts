/** Bytes and numbers of varying length, end to end: seven bits a byte, the lowest first, the eighth says that more follow. */
import { Growable } from './growable';

export class ByteWriter {
  private readonly bytes = new Growable<Uint8Array>((length) => new Uint8Array(length));

  get length(): number {
    return this.bytes.length;
  }

  byte(value: number): void {
    this.bytes.push(value);
  }

  /** A number from 0 to 2³² − 1. */
  number(value: number): void {
    while (value > 0x7f) {
      this.bytes.push((value & 0x7f) | 0x80);
      value >>>= 7;
    }
    this.bytes.push(value);
  }

  copy(bytes: Uint8Array, from: number, to: number): void {
    this.bytes.append(bytes, from, to);
  }

  finish(): Uint8Array {
    return this.bytes.trimmed();
  }
}

/** Reads what a `ByteWriter` wrote; `at` is the next byte. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    return this.bytes[this.at++]!;
  }

  number(): number {
    const { bytes } = this;
    let byte = bytes[this.at++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  }
}
