import { hash32 } from '../formats/hash';
import type { TextRecord } from '../formats/records';
import { type Connection, startingWith } from './connection';
import { DuplicateIdError } from './errors';
import { toBuckets } from './id-buckets';
import { IdTable } from './id-table';
import type { ImportSink, Put } from './import-sink';
import type { IdBucket } from './schema';
import { BlockBuilder } from './text-block';

const BUCKETS_A_TRANSACTION = 256;

/** Takes documents or queries: blocks of texts as they come, buckets of ids at the end. */
export class TextSink implements ImportSink<TextRecord> {
  readonly stores = ['texts' as const];
  sequence = 0;
  fingerprint = 0;
  bytes = 0;
  /** Texts before this number are of other sources, and stored. */
  stored = 0;
  #count = 0;
  #table = new IdTable();
  #blocks: BlockBuilder[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly dataset: string,
    private readonly source: string,
  ) {}

  get pendingBytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.bytes, 0);
  }

  take({ id, text }: TextRecord, line: number): undefined | Promise<undefined> {
    const hash = hash32(id);
    const rivals = this.#table.numbersOf(hash);
    const number = this.#count++;
    this.#table.add(hash, number);
    this.fingerprint = hash;
    let block = this.#blocks.at(-1);
    if (!block || block.isFull) this.#blocks.push((block = new BlockBuilder(number)));
    const before = block.bytes;
    block.add(id, text, line);
    this.bytes += block.bytes - before;
    return rivals.length === 0 ? undefined : this.#mustDiffer(id, line, rivals);
  }

  /** Two ids with one hash are mostly one id, but not always: one pair of different ids in 4 billion has one hash too. */
  async #mustDiffer(id: string, line: number, rivals: readonly number[]): Promise<undefined> {
    for (const number of rivals) {
      const rival = await this.#idAt(number);
      if (rival.id !== id) continue;
      const place = (line: number, number: number) => (line > 0 ? `on line ${line}` : `as record ${number + 1}`);
      const first = number < this.stored ? `in the data set (record ${number + 1})` : place(rival.line, number);
      throw new DuplicateIdError(this.source, id, first, place(line, this.#count - 1));
    }
  }

  async #idAt(number: number): Promise<{ id: string; line: number }> {
    const pending = this.#blocks.findLast((block) => block.first <= number);
    if (pending) return { id: pending.ids[number - pending.first]!, line: pending.lines[number - pending.first]! };
    const range = IDBKeyRange.bound([this.dataset, 0], [this.dataset, number]);
    const cursor = await this.connection.db.transaction('texts').store.openCursor(range, 'prev');
    const place = number - cursor!.key[1];
    return { id: cursor!.value.ids[place]!, line: cursor!.value.lines[place]! };
  }

  flush(put: Put): Promise<unknown> {
    const writes = this.#blocks.map((block) => put('texts', block.build(), [this.dataset, block.first]));
    this.drop();
    return Promise.all(writes);
  }

  drop(): void {
    this.#blocks = [];
  }

  async finish(connection: Connection): Promise<void> {
    const buckets = [...this.buckets()];
    for (let i = 0; i < buckets.length; i += BUCKETS_A_TRANSACTION)
      await connection.write(['buckets'], (transaction) => {
        const store = transaction.objectStore('buckets');
        const some = buckets.slice(i, i + BUCKETS_A_TRANSACTION);
        return Promise.all(some.map(async ([number, bucket]) => store.put(bucket, [this.dataset, number])));
      });
    const directory = await this.directory();
    await connection.write(['directories'], (transaction) =>
      transaction.objectStore('directories').put(directory, this.dataset),
    );
  }

  /** Buckets of all ids taken, by number. */
  buckets(): Generator<[number, IdBucket]> {
    return toBuckets(this.#table);
  }

  /** The number of the first text of each block that is stored. */
  async directory(): Promise<Uint32Array> {
    const keys = await this.connection.db.getAllKeys('texts', startingWith(this.dataset));
    return Uint32Array.from(keys, ([, first]) => first);
  }
}
