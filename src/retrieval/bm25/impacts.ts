/**
 * Impacts of a block of postings, as Lucene's CompetitiveImpactAccumulator keeps them: those pairs of term frequency and document
 * length that no other posting of the block beats in both. The best score of the block is that of one of them, whatever k1, b and
 * the average length are; so it can be told before the block is unpacked, and after the collection has grown.
 *
 *   frequency   1  2  5        rising, with …
 *   length     12 14 31        … rising length bytes (document-length.ts): a longer document must have the term more often
 */
import type { ByteReader, ByteWriter } from './byte-stream';
import { saturation } from './scoring';

/** Writes the impacts of `documents[from, to)`. */
export function writeImpacts(
  frequencies: Int32Array,
  documents: Int32Array,
  from: number,
  to: number,
  lengths: Uint8Array,
  out: ByteWriter,
): void {
  let pairs = 0;
  for (let i = from; i < to; i++) pairs = keep(pairs, frequencies[i]!, lengths[documents[i]!]!);
  out.number(pairs);
  let [frequency, length] = [0, 0];
  for (let i = 0; i < pairs; i++) {
    out.number(keptFrequencies[i]! - frequency);
    out.number(keptLengths[i]! - length);
    [frequency, length] = [keptFrequencies[i]!, keptLengths[i]!];
  }
}

/** The largest 1 + frequency · inverse norm of the impacts (scoring.ts); leaves the reader after them. */
export function largestSaturation(reader: ByteReader, inverseNorms: Float32Array): number {
  let largest = 0;
  let [frequency, length] = [0, 0];
  for (let pairs = reader.number(); pairs > 0; pairs--) {
    frequency += reader.number();
    length += reader.number();
    largest = Math.max(largest, saturation(frequency, inverseNorms[length]!));
  }
  return largest;
}

/** Leaves the reader after the impacts. */
export function skipImpacts(reader: ByteReader): void {
  for (let numbers = 2 * reader.number(); numbers > 0; numbers--) reader.number();
}

const keptFrequencies = new Int32Array(256);
const keptLengths = new Uint8Array(256);

/** Adds a pair to the kept ones, of which there are at most as many as there are lengths; returns how many they are then. */
function keep(pairs: number, frequency: number, length: number): number {
  // The first that has the term as often: it beats the new one if it is as short.
  let at = 0;
  while (at < pairs && keptFrequencies[at]! < frequency) at++;
  if (at < pairs && keptLengths[at]! <= length) return pairs;
  // Those before it, and one that is as frequent, are beaten where they are as long.
  let first = at;
  while (first > 0 && keptLengths[first - 1]! >= length) first--;
  let next = at;
  if (at < pairs && keptFrequencies[at] === frequency) next++;
  const rest = pairs - next;
  keptFrequencies.copyWithin(first + 1, next, pairs);
  keptLengths.copyWithin(first + 1, next, pairs);
  keptFrequencies[first] = frequency;
  keptLengths[first] = length;
  return first + 1 + rest;
}
