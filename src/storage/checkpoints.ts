/** Checkpoints: an entry with the small files, and weights in chunks. */
import type { NamedArray } from '../formats/named-array';
import { readArrays, readManifest, writeArrays } from './array-store';
import type { Connection } from './connection';
import { newestFirst, withoutMemory } from './datasets';
import type { Checkpoint } from './entries';
import { NotStoredError } from './errors';
import type { NamedArrays, NewCheckpoint, TensorInfo } from './library';
import { uniqueName } from './names';
import type { Manifest, Stored } from './schema';

const keyOf = (id: string) => ['checkpoint', id];

export const takenCheckpointNames = (all: Stored<Checkpoint>[], except?: string) =>
  all.filter((entry) => entry.state !== 'deleted' && entry.id !== except).map(({ name }) => name);

/** See `Library.checkpoints`. */
export async function checkpoints(connection: Connection): Promise<Checkpoint[]> {
  const all = await connection.db.getAll('checkpoints');
  return newestFirst(all.filter(({ state }) => state === 'ready').map(withoutMemory<Checkpoint>));
}

/** See `Library.checkpoint`. */
export async function checkpoint(connection: Connection, id: string): Promise<Checkpoint | undefined> {
  const stored = await connection.db.get('checkpoints', id);
  return stored && withoutMemory<Checkpoint>(stored);
}

/** See `Library.putCheckpoint`. */
export async function putCheckpoint(
  connection: Connection,
  checkpoint: NewCheckpoint,
  weights: NamedArrays,
): Promise<Checkpoint> {
  const id = crypto.randomUUID();
  let entry: Checkpoint | undefined;
  await writeArrays(
    connection,
    keyOf(id),
    undefined,
    weights,
    ['checkpoints'],
    async (transaction, { arrays }: Manifest) => {
      const store = transaction.objectStore('checkpoints');
      const bytes = arrays.reduce((sum, array) => sum + array.bytes, 0);
      entry = {
        ...checkpoint,
        id,
        name: uniqueName(checkpoint.name, takenCheckpointNames(await store.getAll())),
        parameters: bytes / Float32Array.BYTES_PER_ELEMENT,
        bytes,
        createdAt: Date.now(),
        state: 'ready',
      };
      await store.put(entry, id);
    },
  );
  connection.changes.announce({ what: 'checkpoint', id });
  return entry!;
}

/** See `Library.updateCheckpoint`. */
export async function updateCheckpoint(
  connection: Connection,
  id: string,
  changes: Partial<Pick<Checkpoint, 'name' | 'finished' | 'files'>>,
): Promise<Checkpoint> {
  const updated = await connection.write(['checkpoints'], async (transaction) => {
    const store = transaction.objectStore('checkpoints');
    const all = await store.getAll();
    const stored = all.find((candidate) => candidate.id === id);
    if (!stored) throw new NotStoredError('checkpoint', id);
    const changed = { ...stored, ...changes };
    changed.name = uniqueName(changed.name, takenCheckpointNames(all, id));
    await store.put(changed, id);
    return changed;
  });
  connection.changes.announce({ what: 'checkpoint', id });
  return withoutMemory<Checkpoint>(updated);
}

async function weightsManifest(connection: Connection, id: string): Promise<Manifest> {
  const manifest = await readManifest(connection, keyOf(id));
  if (!manifest) throw new NotStoredError('checkpoint', id);
  return manifest;
}

/** See `Library.checkpointTensors`. */
export async function checkpointTensors(connection: Connection, id: string): Promise<TensorInfo[]> {
  return (await weightsManifest(connection, id)).arrays.map(({ name, shape }) => ({ name, shape }));
}

/** See `Library.checkpointWeights`. */
export async function* checkpointWeights(
  connection: Connection,
  id: string,
  names?: readonly string[],
): AsyncGenerator<NamedArray> {
  const arrays = readArrays(connection, await weightsManifest(connection, id), names);
  for await (const { name, shape, values } of arrays) yield { name, shape, values: values as Float32Array };
}
