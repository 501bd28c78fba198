/**
 * The checksum of a data set: of its records, whatever file they came from, packed or not, with or without bad lines.
 *
 *   record ─ a line of its columns, UTF-8 ─▶ pieces of whole lines, closed from 1 MiB on ─ SHA-256 ─▶ digests, joined ─ SHA-256 ─▶
 *
 * Two levels, since WebCrypto digests only whole buffers: a piece at a time it works beside the import, ten times as fast as script.
 * `tests/oracle/dataset-checksum.py` computes the same from a file.
 */
import type { Judgement, RunLine, TextRecord } from '../formats/records';

const PIECE_BYTES = 1 << 20;
const DIGEST_BYTES = 32;

type AnyRecord = TextRecord | Judgement | RunLine;

/** A record's columns, as the lines that are digested have them; numbers as JavaScript prints them, the shortest that read back the same. */
function lineOf(record: AnyRecord): string {
  if ('text' in record) return `${record.id}\t${record.text}\n`;
  if ('score' in record) return `${record.query}\t${record.document}\t${record.rank}\t${record.score}\n`;
  return `${record.query}\t${record.document}\t${record.relevance}\n`;
}

export class RecordDigest {
  readonly #encoder = new TextEncoder();
  readonly #pieces: Promise<ArrayBuffer>[] = [];
  #piece = new Uint8Array(2 * PIECE_BYTES);
  #filled = 0;

  add(record: AnyRecord): void {
    const line = lineOf(record);
    const needed = this.#filled + 3 * line.length;
    if (needed > this.#piece.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#piece.subarray(0, this.#filled));
      this.#piece = larger;
    }
    this.#filled += this.#encoder.encodeInto(line, this.#piece.subarray(this.#filled)).written;
    if (this.#filled >= PIECE_BYTES) this.#close();
  }

  /** In hexadecimal digits; nothing can be added afterwards. */
  async digest(): Promise<string> {
    if (this.#filled > 0) this.#close();
    const digests = new Uint8Array(DIGEST_BYTES * this.#pieces.length);
    for (const [i, digest] of (await Promise.all(this.#pieces)).entries())
      digests.set(new Uint8Array(digest), DIGEST_BYTES * i);
    const whole = new Uint8Array(await crypto.subtle.digest('SHA-256', digests));
    return Array.from(whole, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  #close(): void {
    // A copy: the next piece goes into the same memory while this one is digested.
    this.#pieces.push(crypto.subtle.digest('SHA-256', this.#piece.slice(0, this.#filled)));
    this.#filled = 0;
  }
}
