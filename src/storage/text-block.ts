import type { TextBlock } from './schema';

/**
 * A block holds at most this many bytes of ids and texts (one long text more): with it a value stays below 64 KiB, above
 * which Chrome stores a value as a file of its own.
 */
const BLOCK_BYTES = 48 * 1024;
const BLOCK_TEXTS = 512;

/** Gathers texts into a block. */
export class BlockBuilder {
  readonly ids: string[] = [];
  readonly lines: number[] = [];
  #utf8 = new Uint8Array(2 * BLOCK_BYTES);
  #offsets: number[] = [0];
  #end = 0;
  #idBytes = 0;
  static readonly #encoder = new TextEncoder();

  /** @param first number of the block's first text in its data set. */
  constructor(readonly first: number) {}

  get bytes(): number {
    return this.#end + this.#idBytes;
  }

  get isFull(): boolean {
    return this.ids.length >= BLOCK_TEXTS || this.bytes >= BLOCK_BYTES;
  }

  add(id: string, text: string, line: number): void {
    const needed = this.#end + 3 * text.length;
    if (needed > this.#utf8.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#utf8.subarray(0, this.#end));
      this.#utf8 = larger;
    }
    this.#end += BlockBuilder.#encoder.encodeInto(text, this.#utf8.subarray(this.#end)).written;
    this.#idBytes += id.length;
    this.ids.push(id);
    this.lines.push(line);
    this.#offsets.push(this.#end);
  }

  build(): TextBlock {
    return {
      ids: this.ids,
      utf8: this.#utf8.slice(0, this.#end),
      offsets: Uint32Array.from(this.#offsets),
      lines: Uint32Array.from(this.lines),
    };
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The block's text number `i`, from 0. */
export function textOf(block: TextBlock, i: number): string {
  return decoder.decode(block.utf8.subarray(block.offsets[i], block.offsets[i + 1]));
}
