/** Importing: chunk by chunk, a transaction each, until the data set is whole or gone. */
import type { Judgement, ParsedChunk, RunLine, TextRecord } from '../formats/records';
import { lineError } from '../formats/parse-lines';
import { BadLines, snapshot } from './bad-lines';
import { claim, claimed } from './claims';
import { type Connection, startingWith } from './connection';
import { datasetEntry, datasetsIn, takenNames } from './datasets';
import type { Dataset, DatasetKind } from './entries';
import { DifferentFileError, EmptyDatasetError } from './errors';
import { RankingSink } from './import-rankings';
import type { ImportSink, Put } from './import-sink';
import { TextSink } from './import-texts';
import type { DatasetRecords, ImportOptions, ImportProgress, NewDataset } from './library';
import { uniqueName } from './names';
import { RecordDigest } from './record-digest';

/** Gathered before a transaction stores them: few transactions, little lost when a tab is closed. */
export const TRANSACTION_BYTES = 4 << 20;

/** Some hundred blocks. */
const TEXTS_A_DELETION = 20_000;

export const importClaim = (dataset: string) => `import:${dataset}`;

/** See `Library.importDataset`. */
export async function* importDataset<Kind extends DatasetKind>(
  connection: Connection,
  dataset: NewDataset<Kind>,
  chunks: AsyncIterable<ParsedChunk<DatasetRecords[Kind]>>,
  { signal, onBadLines, resume }: ImportOptions = {},
): AsyncGenerator<ImportProgress, Dataset, void> {
  const entry = resume === undefined ? await begin(connection, dataset) : await unfinished(connection, resume);
  const release = await claim(importClaim(entry.id));
  let whole = false;
  // Another file than the one that was begun with must not cost the user the part that is stored.
  let keep = resume !== undefined && entry.count > 0;
  try {
    const { source } = dataset;
    const sink = sinkFor(connection, entry, source);
    const stored = { records: entry.count, ...(await connection.db.get('imports', entry.id))! };
    const progress: ImportProgress = { dataset: entry.id, records: 0, bytesRead: 0, badLines: 0, errors: [] };
    let checksum = 0;
    const digest = new RecordDigest();
    const bad = new BadLines(source, progress, onBadLines);

    const commit = () =>
      connection.write([...sink.stores, 'datasets', 'imports'], (transaction) => {
        const put: Put = async (store, value, key) =>
          transaction.objectStore(store as 'datasets').put(value as never, key as never);
        const written = sink.flush(put);
        Object.assign(entry, { count: progress.records, bytes: sink.bytes });
        const state = { checksum, sequence: sink.sequence };
        return Promise.all([written, put('datasets', { ...entry }, entry.id), put('imports', state, entry.id)]);
      });

    sink.sequence = stored.sequence;
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      progress.bytesRead = chunk.bytesRead;
      for (const error of chunk.errors) bad.add(error);
      for (const [i, record] of chunk.records.entries()) {
        const line = chunk.lines?.[i] ?? 0;
        const answer = sink.take(record as never, line);
        const problem = answer instanceof Promise ? await answer : answer;
        if (problem !== undefined) {
          bad.add(lineError(source, line, problem, ''));
          continue;
        }
        progress.records++;
        digest.add(record);
        checksum = (Math.imul(checksum, 31) + sink.fingerprint) | 0;
        if (progress.records === stored.records) {
          if (checksum !== stored.checksum) throw new DifferentFileError(source, stored.records);
          sink.drop();
          keep = false;
        }
      }
      await bad.ask(false);
      if (progress.records < stored.records) {
        if (sink.pendingBytes > TRANSACTION_BYTES) sink.drop();
      } else if (sink.pendingBytes > TRANSACTION_BYTES) {
        await commit();
        yield snapshot(progress);
      }
    }
    signal?.throwIfAborted();
    if (progress.records < stored.records) throw new DifferentFileError(source, stored.records);
    await bad.ask(true);
    if (progress.records === 0) throw new EmptyDatasetError(source, entry.kind);
    await commit();
    yield snapshot(progress);
    await sink.finish(connection);
    signal?.throwIfAborted();

    if (sink instanceof RankingSink && sink.system !== undefined)
      entry.madeFrom = { system: sink.system, ...entry.madeFrom };
    entry.checksum = await digest.digest();
    entry.state = 'ready';
    await connection.write(
      ['datasets', 'imports'],
      (transaction) =>
        Promise.all([
          transaction.objectStore('imports').delete(entry.id),
          transaction.objectStore('datasets').put(entry, entry.id),
        ]),
      'strict',
    );
    whole = true;
    connection.changes.announce({ what: 'dataset', id: entry.id });
    return { ...entry };
  } finally {
    if (!whole && !keep) await rollback(connection, entry).catch(() => {}); // the first error is the one to tell
    release();
  }
}

function sinkFor(
  connection: Connection,
  { id, kind }: Dataset,
  source: string,
): ImportSink<TextRecord | Judgement | RunLine> {
  return kind === 'qrels' || kind === 'run'
    ? (new RankingSink(connection, id, kind) as ImportSink<never>)
    : (new TextSink(connection, id, source) as ImportSink<never>);
}

/** Enters a new data set in the state `importing`, under a name that is free. */
async function begin(connection: Connection, { kind, name, source, madeFrom }: NewDataset): Promise<Dataset> {
  return connection.write(['datasets', 'imports'], async (transaction) => {
    const store = transaction.objectStore('datasets');
    const entry: Dataset = {
      id: crypto.randomUUID(),
      kind,
      name: uniqueName(name, takenNames(await store.getAll(), kind)),
      count: 0,
      bytes: 0,
      createdAt: Date.now(),
      source,
      state: 'importing',
      ...(madeFrom && { madeFrom }),
    };
    await Promise.all([
      store.put(entry, entry.id),
      transaction.objectStore('imports').put({ checksum: 0, sequence: 0 }, entry.id),
    ]);
    return entry;
  });
}

async function unfinished(connection: Connection, id: string): Promise<Dataset> {
  const entry = await datasetEntry(connection, id);
  if (entry.state !== 'importing')
    throw new Error(
      `Data set ${entry.name}: expected an unfinished import to go on with, found one that is ${entry.state}`,
    );
  if ((await claimed())(importClaim(id)))
    throw new Error(`Data set ${entry.name}: its import is still going on, perhaps in another tab`);
  return entry;
}

/** See `Library.unfinishedImports`. */
export async function unfinishedImports(connection: Connection): Promise<Dataset[]> {
  const isClaimed = await claimed();
  return (await datasetsIn(connection, 'importing')).filter(({ id }) => !isClaimed(importClaim(id)));
}

/** Removes an unfinished import and all that it stored. */
export async function rollbackImport(connection: Connection, id: string): Promise<void> {
  await rollback(connection, await unfinished(connection, id));
}

async function rollback(connection: Connection, entry: Dataset): Promise<void> {
  await deleteDatasetContent(connection, entry);
  await connection.write(['datasets', 'imports'], (transaction) =>
    Promise.all([
      transaction.objectStore('imports').delete(entry.id),
      transaction.objectStore('datasets').delete(entry.id),
    ]),
  );
}

/**
 * Frees what is stored under a data set's id, but for its entry. Texts go some at a time: to delete a million takes
 * seconds, in which nobody else could read one.
 */
export async function deleteDatasetContent(connection: Connection, { id, count }: Dataset): Promise<void> {
  for (let first = 0; first < count; first += TEXTS_A_DELETION) {
    const range = IDBKeyRange.bound([id, first], [id, first + TEXTS_A_DELETION], false, true);
    await connection.write(['texts'], (transaction) => transaction.objectStore('texts').delete(range));
  }
  await connection.write(['texts', 'directories', 'buckets', 'rankings'], (transaction) =>
    Promise.all([
      transaction.objectStore('directories').delete(id),
      ...(['texts', 'buckets', 'rankings'] as const).map((store) =>
        transaction.objectStore(store).delete(startingWith(id)),
      ),
    ]),
  );
}
