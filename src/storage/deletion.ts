/** Deleting: first a mark, which can be taken back, then for good. */
import { deleteArrays } from './array-store';
import { takenCheckpointNames } from './checkpoints';
import { type Connection, startingWith } from './connection';
import { newestFirst, takenNames, withoutMemory } from './datasets';
import type { Checkpoint, Dataset, Experiment } from './entries';
import { NotStoredError } from './errors';
import { takenExperimentNames } from './experiments';
import { deleteDatasetContent } from './import-dataset';
import type { Deletable } from './library';
import { uniqueName } from './names';
import type { Stored } from './schema';

const STORES = { dataset: 'datasets', checkpoint: 'checkpoints', experiment: 'experiments' } as const;
const WORDS = { dataset: 'data set', checkpoint: 'checkpoint', experiment: 'experiment' } as const;

type Entry = Stored<Dataset> | Stored<Checkpoint> | Stored<Experiment>;

/** Changes one entry, given all of its kind. */
async function change(
  connection: Connection,
  what: Deletable,
  id: string,
  update: (entry: Entry, all: Entry[]) => Entry,
) {
  await connection.write([STORES[what]], async (transaction) => {
    const store = transaction.objectStore(STORES[what]);
    const all: Entry[] = await store.getAll();
    const entry = all.find((candidate) => candidate.id === id);
    if (!entry) throw new NotStoredError(WORDS[what], id);
    await store.put(update(entry, all) as never, id);
  });
  connection.changes.announce({ what, id });
}

/** See `Library.remove`. */
export async function remove(connection: Connection, what: Deletable, id: string): Promise<void> {
  await change(connection, what, id, (entry) => {
    if (entry.state === 'importing')
      throw new Error(`${entry.name}: expected a finished import, found one to roll back or go on with`);
    return entry.state === 'deleted' ? entry : ({ ...entry, state: 'deleted', stateBefore: entry.state } as Entry);
  });
}

/** See `Library.restore`. */
export async function restore(connection: Connection, what: Deletable, id: string): Promise<void> {
  await change(connection, what, id, (entry, all) => {
    if (entry.state !== 'deleted') return entry;
    const taken =
      what === 'dataset'
        ? takenNames(all as Stored<Dataset>[], (entry as Dataset).kind)
        : what === 'checkpoint'
          ? takenCheckpointNames(all as Stored<Checkpoint>[])
          : takenExperimentNames(all as Stored<Experiment>[]);
    const { stateBefore, ...rest } = entry;
    return { ...rest, name: uniqueName(entry.name, taken), state: stateBefore ?? 'ready' } as Entry;
  });
}

/** See `Library.deleted`. */
export async function deleted(connection: Connection) {
  const isDeleted = ({ state }: { state: string }) => state === 'deleted';
  const [datasets, checkpoints, experiments] = await Promise.all([
    connection.db.getAll('datasets'),
    connection.db.getAll('checkpoints'),
    connection.db.getAll('experiments'),
  ]);
  return {
    datasets: newestFirst(datasets.filter(isDeleted).map(withoutMemory<Dataset>)),
    checkpoints: newestFirst(checkpoints.filter(isDeleted).map(withoutMemory<Checkpoint>)),
    experiments: newestFirst(experiments.filter(isDeleted).map(withoutMemory<Experiment>)),
  };
}

/** See `Library.purge`. The entry goes last: a purge that is broken off can be done again. */
export async function purge(connection: Connection, what: Deletable, id: string): Promise<void> {
  const entry = await connection.db.get(STORES[what], id);
  if (!entry) throw new NotStoredError(WORDS[what], id);
  if (entry.state !== 'deleted')
    throw new Error(`${entry.name}: expected something marked as deleted, found it ${entry.state}: remove it first`);
  switch (what) {
    case 'dataset':
      await deleteDatasetContent(connection, entry as Stored<Dataset>);
      await deleteArrays(connection, 'index', id);
      break;
    case 'checkpoint':
      await deleteArrays(connection, 'checkpoint', id);
      break;
    case 'experiment':
      await deleteArrays(connection, 'state', id);
      await connection.write(['logs'], (transaction) => transaction.objectStore('logs').delete(startingWith(id)));
  }
  await connection.write([STORES[what]], (transaction) => transaction.objectStore(STORES[what]).delete(id));
  connection.changes.announce({ what, id });
}

/** See `Library.purgeDeleted`. */
export async function purgeDeleted(connection: Connection): Promise<void> {
  const { datasets, checkpoints, experiments } = await deleted(connection);
  for (const { id } of datasets) await purge(connection, 'dataset', id);
  for (const { id } of checkpoints) await purge(connection, 'checkpoint', id);
  for (const { id } of experiments) await purge(connection, 'experiment', id);
}
