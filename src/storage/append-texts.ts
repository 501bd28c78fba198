/**
 * Adding to a collection or to queries. The data set stays as it is until all of the file is stored; then one transaction makes it the
 * longer one. What a closed tab leaves behind is freed when the library is opened: it lies after the last text that counts.
 *
 *   texts      0 … 999 │ 1000 … 1499 │ 1500 … 1743        blocks as before, and new ones after them
 *   directory  0, 1000              → 0, 1000, 1500       ┐
 *   buckets    of 1,500 ids         → of 1,744 ids        ├ at one blow
 *   entry      1,500 documents      → 1,744 documents     ┘
 */
import type { ParsedChunk, TextRecord } from '../formats/records';
import { BadLines, snapshot } from './bad-lines';
import { claim, claimed } from './claims';
import { type Connection, startingWith } from './connection';
import { datasetEntry, withoutMemory } from './datasets';
import type { Dataset } from './entries';
import { EmptyDatasetError, NotStoredError } from './errors';
import { importClaim, TRANSACTION_BYTES } from './import-dataset';
import type { Put } from './import-sink';
import { TextSink } from './import-texts';
import type { ImportOptions, ImportProgress } from './library';
import { RecordDigest } from './record-digest';
import { batches } from './stored-texts';

/** See `Library.appendTexts`. */
export async function* appendTexts(
  connection: Connection,
  id: string,
  source: string,
  chunks: AsyncIterable<ParsedChunk<TextRecord>>,
  { signal, onBadLines }: Omit<ImportOptions, 'resume'> = {},
): AsyncGenerator<ImportProgress, Dataset, void> {
  const entry = await datasetEntry(connection, id);
  if (entry.state !== 'ready' || (entry.kind !== 'collection' && entry.kind !== 'queries'))
    throw new Error(`Data set ${entry.name}: expected a collection or queries to add to, found ${found(entry)}`);
  if ((await claimed())(importClaim(id)))
    throw new Error(`Data set ${entry.name}: something is being added to it already, perhaps in another tab`);
  const release = await claim(importClaim(id));
  let whole = false;
  try {
    await connection.write(['imports'], (transaction) =>
      transaction.objectStore('imports').put({ checksum: 0, sequence: 0 }, id),
    );
    const sink = new TextSink(connection, id, source);
    const digest = new RecordDigest();
    // What is there is read once: its ids must not come again, and the checksum is of all records.
    for await (const { ids, texts } of batches(connection, id)) {
      signal?.throwIfAborted();
      for (const [i, text] of texts.entries()) {
        const record = { id: ids[i]!, text };
        await sink.take(record, 0);
        digest.add(record);
      }
      sink.drop();
    }
    sink.stored = entry.count;

    const progress: ImportProgress = { dataset: id, records: 0, bytesRead: 0, badLines: 0, errors: [] };
    const bad = new BadLines(source, progress, onBadLines);
    const flush = () =>
      connection.write(sink.stores, (transaction) => {
        const put: Put = async (store, value, key) =>
          transaction.objectStore(store as 'texts').put(value as never, key as never);
        return sink.flush(put);
      });
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      progress.bytesRead = chunk.bytesRead;
      for (const error of chunk.errors) bad.add(error);
      for (const [i, record] of chunk.records.entries()) {
        await sink.take(record, chunk.lines?.[i] ?? 0);
        digest.add(record);
        progress.records++;
      }
      await bad.ask(false);
      if (sink.pendingBytes <= TRANSACTION_BYTES) continue;
      await flush();
      yield snapshot(progress);
    }
    signal?.throwIfAborted();
    await bad.ask(true);
    if (progress.records === 0) throw new EmptyDatasetError(source, entry.kind);
    await flush();
    yield snapshot(progress);

    const changes = {
      count: entry.count + progress.records,
      bytes: sink.bytes,
      source: `${entry.source}, ${source}`,
      checksum: await digest.digest(),
    };
    const directory = await sink.directory();
    signal?.throwIfAborted();
    const longer = await connection.write(
      ['datasets', 'imports', 'directories', 'buckets'],
      async (transaction) => {
        const datasets = transaction.objectStore('datasets');
        const buckets = transaction.objectStore('buckets');
        // It may have another name by now, or be gone.
        const now = await datasets.get(id);
        if (now?.state !== 'ready') throw new NotStoredError('data set', id);
        await Promise.all([
          buckets.delete(startingWith(id)),
          ...Array.from(sink.buckets(), ([number, bucket]) => buckets.put(bucket, [id, number])),
          transaction.objectStore('directories').put(directory, id),
          datasets.put({ ...now, ...changes }, id),
          transaction.objectStore('imports').delete(id),
        ]);
        return withoutMemory<Dataset>({ ...now, ...changes });
      },
      'strict',
    );
    whole = true;
    connection.changes.announce({ what: 'dataset', id });
    return longer;
  } finally {
    if (!whole) await cutOff(connection, entry).catch(() => {}); // the first error is the one to tell
    release();
  }
}

const found = ({ kind, state }: Dataset) => (state === 'ready' ? `a ${kind}` : `one that is ${state}`);

/** Frees what was added after the texts that count. */
async function cutOff(connection: Connection, { id, count }: Dataset): Promise<void> {
  await connection.write(['texts', 'imports'], (transaction) =>
    Promise.all([
      transaction.objectStore('texts').delete(IDBKeyRange.bound([id, count], [id, []])),
      transaction.objectStore('imports').delete(id),
    ]),
  );
}

/** Frees what closed tabs had begun to add to data sets. */
export async function sweepAppended(connection: Connection): Promise<void> {
  const isClaimed = await claimed();
  for (const id of await connection.db.getAllKeys('imports')) {
    const entry = await connection.db.get('datasets', id);
    if (entry && entry.state !== 'importing' && !isClaimed(importClaim(id))) await cutOff(connection, entry);
  }
}
