/** The entries of data sets. */
import type { Connection } from './connection';
import type { Dataset, DatasetKind } from './entries';
import { NotStoredError } from './errors';
import { uniqueName } from './names';
import type { Stored } from './schema';

/** An entry as others see it. */
export function withoutMemory<Entry extends { state: string }>(stored: Stored<Entry>): Entry {
  const { stateBefore: _, ...entry } = stored;
  return entry as unknown as Entry;
}

export const newestFirst = <Entry extends { createdAt: number }>(entries: Entry[]) =>
  entries.sort((a, b) => b.createdAt - a.createdAt);

/** The data sets in a state, newest first. */
export async function datasetsIn(
  connection: Connection,
  state: Dataset['state'],
  kind?: DatasetKind,
): Promise<Dataset[]> {
  const all = await connection.db.getAll('datasets');
  return newestFirst(
    all.filter((entry) => entry.state === state && (!kind || entry.kind === kind)).map(withoutMemory<Dataset>),
  );
}

/** The data set's entry. @throws NotStoredError. */
export async function datasetEntry(connection: Connection, id: string): Promise<Dataset> {
  const entry = await connection.db.get('datasets', id);
  if (!entry) throw new NotStoredError('data set', id);
  return withoutMemory<Dataset>(entry);
}

/** Names that are taken among the data sets of a kind. */
export function takenNames(all: Stored<Dataset>[], kind: DatasetKind, except?: string): string[] {
  return all
    .filter((entry) => entry.kind === kind && entry.state !== 'deleted' && entry.id !== except)
    .map(({ name }) => name);
}

/** Gives a data set another name, made unique among its kind. */
export async function renameDataset(connection: Connection, id: string, name: string): Promise<Dataset> {
  const renamed = await connection.write(['datasets'], async (transaction) => {
    const store = transaction.objectStore('datasets');
    const all = await store.getAll();
    const entry = all.find((candidate) => candidate.id === id);
    if (!entry) throw new NotStoredError('data set', id);
    const changed = { ...entry, name: uniqueName(name, takenNames(all, entry.kind, id)) };
    await store.put(changed, id);
    return changed;
  });
  connection.changes.announce({ what: 'dataset', id });
  return withoutMemory<Dataset>(renamed);
}
