/** Where training stands, to go on from after a closed tab: one state for each stage of an experiment. */
import type { NamedArray } from '../formats/named-array';
import { deleteArrays, readArrays, readManifest, writeArrays } from './array-store';
import type { Connection } from './connection';
import { NotStoredError } from './errors';
import type { StoredTrainingState, TrainingState } from './library';
import type { Manifest } from './schema';

const keyOf = (experiment: string, stage: number) => ['state', experiment, stage];

/** See `Library.putTrainingState`. */
export async function putTrainingState(
  connection: Connection,
  experiment: string,
  stage: number,
  { state, arrays }: TrainingState,
): Promise<void> {
  if ((await connection.db.getKey('experiments', experiment)) === undefined)
    throw new NotStoredError('experiment', experiment);
  await writeArrays(connection, keyOf(experiment, stage), state, arrays);
}

/** See `Library.getTrainingState`. */
export async function getTrainingState(
  connection: Connection,
  experiment: string,
  stage: number,
): Promise<StoredTrainingState | undefined> {
  const manifest = await readManifest(connection, keyOf(experiment, stage));
  if (!manifest) return undefined;
  return {
    state: manifest.meta,
    arrays: (prefix = '') => arraysUnder(connection, manifest, prefix),
  };
}

async function* arraysUnder(connection: Connection, manifest: Manifest, prefix: string): AsyncGenerator<NamedArray> {
  const names = manifest.arrays.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  const arrays = readArrays(connection, manifest, names) as AsyncIterable<NamedArray>;
  for await (const array of arrays) yield { ...array, name: array.name.slice(prefix.length) };
}

/** See `Library.deleteTrainingState`. */
export async function deleteTrainingState(connection: Connection, experiment: string, stage: number): Promise<void> {
  await deleteArrays(connection, ...keyOf(experiment, stage));
}
