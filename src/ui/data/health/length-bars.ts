/** Lengths of documents as bars, and how many do not fit beside a query. */
import type { Lengths } from '../../../experiments/data-health';

export interface LengthBar {
  /** Tokens, from (inclusive) and to (exclusive). */
  from: number;
  to: number;
  count: number;
  /** These do not fit whole. */
  cut: boolean;
}

export interface LengthPicture {
  /** Tokens of a document that fit beside the median query. */
  room: number;
  /** Documents that are longer. */
  cut: number;
  median: number;
  bars: LengthBar[];
}

/** For those that fit, and at most as many again for those that do not. */
const BARS = 8;

/** @param maxLength of the input, in tokens, special ones included */
export function lengthPicture({ documents, query, special }: Lengths, maxLength: number): LengthPicture {
  const room = Math.max(0, maxLength - special - query);
  const longest = documents.at(-1) ?? 0;
  // A bar ends where the room ends: none is half cut.
  const width = Math.ceil((room + 1) / BARS);
  const bars: LengthBar[] = [];
  for (let from = 0; from <= room; from += width) {
    bars.push({ from, to: Math.min(from + width, room + 1), count: 0, cut: false });
  }
  for (let i = 0, from = room + 1; i < BARS && from <= longest; i++, from += width) {
    bars.push({ from, to: i === BARS - 1 ? longest + 1 : from + width, count: 0, cut: true });
  }
  for (const length of documents) bars.find(({ from, to }) => length >= from && length < to)!.count++;
  return {
    room,
    cut: documents.filter((length) => length > room).length,
    median: documents[documents.length >> 1] ?? 0,
    bars,
  };
}
