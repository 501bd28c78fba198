/** Reads collections and queries: by id, by place, or all of them. */
import { hash32 } from '../formats/hash';
import type { TextRecord } from '../formats/records';
import type { Connection } from './connection';
import { datasetEntry } from './datasets';
import { UnknownTextError } from './errors';
import { bucketBits, bucketOf } from './id-buckets';
import type { StoredTexts, TextBatch } from './library';
import { Lru } from './lru';
import type { IdBucket, TextBlock } from './schema';
import { textOf } from './text-block';

/** About 16 MB of texts and 4 MB of ids. */
const CACHED_BLOCKS = 256;
const CACHED_BUCKETS = 1024;
/** About 3 MB. */
const BLOCKS_A_READ = 64;

/** Where a text is: the block's first number, and its place in the block. */
interface Place {
  block: TextBlock;
  index: number;
}

/** See `Library.texts`. */
export class TextReader implements StoredTexts {
  readonly #blocks = new Lru<number, TextBlock>(CACHED_BLOCKS);
  readonly #buckets = new Lru<number, IdBucket>(CACHED_BUCKETS);
  #opened: ReturnType<typeof openTexts> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly dataset: string,
  ) {}

  async texts(ids: readonly string[]): Promise<string[]> {
    const places = await this.#find(ids);
    const { name, kind } = await this.#open();
    return ids.map((id, i) => {
      const place = places[i];
      if (!place) throw new UnknownTextError(name, kind, id);
      return textOf(place.block, place.index);
    });
  }

  async unknown(ids: Iterable<string>): Promise<string[]> {
    const distinct = [...new Set(ids)];
    const unknown: string[] = [];
    for (let i = 0; i < distinct.length; i += 1000) {
      const some = distinct.slice(i, i + 1000);
      const places = await this.#find(some);
      unknown.push(...some.filter((_, j) => !places[j]));
    }
    return unknown;
  }

  async page(offset: number, limit: number): Promise<TextRecord[]> {
    const { firsts } = await this.#open();
    const records: TextRecord[] = [];
    for (let number = Math.max(0, offset); records.length < limit && firsts.length > 0;) {
      const first = firsts[lastAtMost(firsts, number)]!;
      const block = (await this.#readBlocks([first])).get(first)!;
      const from = number - first;
      const to = Math.min(block.ids.length, from + limit - records.length);
      if (to <= from) break;
      for (let i = from; i < to; i++) records.push({ id: block.ids[i]!, text: textOf(block, i) });
      number += to - from;
    }
    return records;
  }

  /** What must be known before the first id can be found: the number of buckets, and where the blocks begin. */
  #open() {
    return (this.#opened ??= openTexts(this.connection, this.dataset).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    }));
  }

  async #find(ids: readonly string[]): Promise<(Place | undefined)[]> {
    const places = await this.#findNow(ids);
    if (places.every((place) => place !== undefined) || !(await this.#hasGrown())) return places;
    // Ids lie in other buckets since.
    this.#opened = undefined;
    this.#buckets.clear();
    return this.#findNow(ids);
  }

  async #hasGrown(): Promise<boolean> {
    const [{ count }, entry] = await Promise.all([this.#open(), datasetEntry(this.connection, this.dataset)]);
    return entry.count !== count;
  }

  async #findNow(ids: readonly string[]): Promise<(Place | undefined)[]> {
    const { bits, firsts } = await this.#open();
    const hashes = ids.map((id) => hash32(id));
    const buckets = await this.#readBuckets(new Set(hashes.map((hash) => bucketOf(hash, bits))));
    const candidates = hashes.map((hash) => numbersIn(buckets.get(bucketOf(hash, bits)), hash));
    const firstOf = (number: number) => firsts[lastAtMost(firsts, number)]!;
    const blocks = await this.#readBlocks(new Set(candidates.flat().map(firstOf)));
    return ids.map((id, i) => {
      for (const number of candidates[i]!) {
        const first = firstOf(number);
        const block = blocks.get(first)!;
        if (block.ids[number - first] === id) return { block, index: number - first };
      }
      return undefined;
    });
  }

  #readBuckets(numbers: Iterable<number>): Promise<Map<number, IdBucket>> {
    return readThrough(this.#buckets, numbers, async (missing) => {
      const { store, done } = this.connection.db.transaction('buckets');
      const found = await Promise.all(missing.map((number) => store.get([this.dataset, number])));
      await done;
      return found;
    });
  }

  #readBlocks(firsts: Iterable<number>): Promise<Map<number, TextBlock>> {
    return readThrough(this.#blocks, firsts, async (missing) => {
      const { store, done } = this.connection.db.transaction('texts');
      const found = await Promise.all(missing.map((first) => store.get([this.dataset, first])));
      await done;
      return found;
    });
  }
}

async function openTexts(connection: Connection, dataset: string) {
  const { name, kind, count } = await datasetEntry(connection, dataset);
  const firsts = (await connection.db.get('directories', dataset)) ?? new Uint32Array(0);
  return { name, kind, count, bits: bucketBits(count), firsts };
}

/** Values by key, from the cache or else, all in one transaction, from the database. */
async function readThrough<Value>(
  cache: Lru<number, Value>,
  keys: Iterable<number>,
  read: (missing: number[]) => Promise<(Value | undefined)[]>,
): Promise<Map<number, Value>> {
  const values = new Map<number, Value>();
  const missing: number[] = [];
  for (const key of keys) {
    const value = cache.get(key);
    if (value === undefined) missing.push(key);
    else values.set(key, value);
  }
  if (missing.length === 0) return values;
  for (const [i, value] of (await read(missing)).entries()) {
    if (value === undefined) continue;
    cache.set(missing[i]!, value);
    values.set(missing[i]!, value);
  }
  return values;
}

function numbersIn(bucket: IdBucket | undefined, hash: number): number[] {
  const numbers: number[] = [];
  if (!bucket) return numbers;
  for (let i = bucket.hashes.indexOf(hash); i >= 0; i = bucket.hashes.indexOf(hash, i + 1))
    numbers.push(bucket.numbers[i]!);
  return numbers;
}

/** Index of the last of ascending values that is at most `value`; 0 if there is none. */
function lastAtMost(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** See `Library.batches`. */
export async function* batches(connection: Connection, dataset: string, from = 0): AsyncGenerator<TextBatch> {
  const { firsts } = await openTexts(connection, dataset);
  for (let i = lastAtMost(firsts, from); i < firsts.length; i += BLOCKS_A_READ) {
    const some = firsts.subarray(i, i + BLOCKS_A_READ);
    const range = IDBKeyRange.bound([dataset, some[0]!], [dataset, some.at(-1)!]);
    for (const [j, block] of (await connection.db.getAll('texts', range)).entries()) {
      const passed = Math.max(0, from - some[j]!);
      if (passed >= block.ids.length) continue;
      const ids = block.ids.slice(passed);
      yield { first: some[j]! + passed, ids, texts: ids.map((_, k) => textOf(block, passed + k)) };
    }
  }
}

/** See `Library.allTexts`. */
export async function allTexts(connection: Connection, dataset: string): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const { ids, texts } of batches(connection, dataset)) ids.forEach((id, i) => all.set(id, texts[i]!));
  return all;
}
