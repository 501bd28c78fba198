/** Where training stands, to go on from after a closed tab: one state for each stage of an experiment. */
import type { NamedArray } from '../formats/named-array';
import { deleteArrays, readArrays, readManifest, writeArrays } from './array-store';
import type { Connection } from './connection';
import { NotStoredError } from './errors';
import type { TrainingState } from './library';

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
export async function getTrainingState(connection: Connection, experiment: string, stage: number) {
  const manifest = await readManifest(connection, keyOf(experiment, stage));
  if (!manifest) return undefined;
  return { state: manifest.meta, arrays: readArrays(connection, manifest) as AsyncIterable<NamedArray> };
}

/** See `Library.deleteTrainingState`. */
export async function deleteTrainingState(connection: Connection, experiment: string, stage: number): Promise<void> {
  await deleteArrays(connection, ...keyOf(experiment, stage));
}
