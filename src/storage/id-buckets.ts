/**
 * Ids by hash: bucket b holds the numbers of all documents whose id's hash begins with the bits of b. A document is found
 * by reading one bucket (some 4 kB) and one block; no map of all ids is ever in memory.
 */
import type { IdTable } from './id-table';
import type { IdBucket } from './schema';

const ENTRIES_A_BUCKET = 512;

/** Bits of the hash that number the buckets of a data set with `count` documents. */
export function bucketBits(count: number): number {
  return Math.max(0, Math.ceil(Math.log2(count / ENTRIES_A_BUCKET)));
}

export function bucketOf(hash: number, bits: number): number {
  return bits === 0 ? 0 : hash >>> (32 - bits);
}

/** The table's entries in buckets, by number of the bucket (a counting sort). Empty buckets are left out. */
export function* toBuckets(table: IdTable): Generator<[number, IdBucket]> {
  const bits = bucketBits(table.size);
  const ends = new Uint32Array(2 ** bits + 1);
  table.forEach((hash) => ends[bucketOf(hash, bits) + 1]!++);
  for (let b = 1; b < ends.length; b++) ends[b]! += ends[b - 1]!;
  const next = ends.slice();
  const hashes = new Uint32Array(table.size);
  const numbers = new Uint32Array(table.size);
  table.forEach((hash, number) => {
    const place = next[bucketOf(hash, bits)]!++;
    hashes[place] = hash;
    numbers[place] = number;
  });
  for (let b = 0; b + 1 < ends.length; b++) {
    const [begin, end] = [ends[b]!, ends[b + 1]!];
    if (begin < end) yield [b, { hashes: hashes.slice(begin, end), numbers: numbers.slice(begin, end) }];
  }
}
