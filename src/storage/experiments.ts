/** Experiments: the entry, and its log. */
import { type Connection, startingWith } from './connection';
import { newestFirst, withoutMemory } from './datasets';
import type { Experiment } from './entries';
import { NotStoredError } from './errors';
import type { NewExperiment } from './library';
import { uniqueName } from './names';
import type { Stored } from './schema';

export const takenExperimentNames = (all: Stored<Experiment>[], except?: string) =>
  all.filter((entry) => entry.state !== 'deleted' && entry.id !== except).map(({ name }) => name);

/** See `Library.experiments`. */
export async function experiments(connection: Connection): Promise<Experiment[]> {
  const all = await connection.db.getAll('experiments');
  return newestFirst(all.filter(({ state }) => state !== 'deleted').map(withoutMemory<Experiment>));
}

/** See `Library.experiment`. */
export async function experiment(connection: Connection, id: string): Promise<Experiment | undefined> {
  const stored = await connection.db.get('experiments', id);
  return stored && withoutMemory<Experiment>(stored);
}

/** See `Library.putExperiment`. */
export async function putExperiment(connection: Connection, experiment: NewExperiment): Promise<Experiment> {
  const id = crypto.randomUUID();
  const entry = await connection.write(['experiments'], async (transaction) => {
    const store = transaction.objectStore('experiments');
    const name = uniqueName(experiment.name, takenExperimentNames(await store.getAll()));
    const entry: Experiment = { ...experiment, id, name, createdAt: Date.now() };
    await store.put(entry, id);
    return entry;
  });
  connection.changes.announce({ what: 'experiment', id });
  return entry;
}

/** See `Library.updateExperiment`. */
export async function updateExperiment(
  connection: Connection,
  id: string,
  changes: Partial<Omit<Experiment, 'id' | 'createdAt'>>,
): Promise<Experiment> {
  const updated = await connection.write(['experiments'], async (transaction) => {
    const store = transaction.objectStore('experiments');
    const all = await store.getAll();
    const stored = all.find((candidate) => candidate.id === id);
    if (!stored) throw new NotStoredError('experiment', id);
    const changed = { ...stored, ...changes };
    changed.name = uniqueName(changed.name, takenExperimentNames(all, id));
    await store.put(changed, id);
    return changed;
  });
  connection.changes.announce({ what: 'experiment', id });
  return withoutMemory<Experiment>(updated);
}

/** See `Library.appendLog`. */
export async function appendLog(connection: Connection, experiment: string, lines: readonly unknown[]): Promise<void> {
  if (lines.length === 0) return;
  await connection.write(['experiments', 'logs'], async (transaction) => {
    if ((await transaction.objectStore('experiments').getKey(experiment)) === undefined)
      throw new NotStoredError('experiment', experiment);
    const store = transaction.objectStore('logs');
    const last = await store.openKeyCursor(startingWith(experiment), 'prev');
    await store.put([...lines], [experiment, last ? last.key[1] + 1 : 0]);
  });
}

/** See `Library.readLog`. */
export async function readLog(connection: Connection, experiment: string): Promise<unknown[]> {
  return (await connection.db.getAll('logs', startingWith(experiment))).flat();
}
