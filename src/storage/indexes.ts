/** Indexes of a collection, such as BM25's: stored with it, dropped with it. */
import { readArrays, readManifest, writeArrays } from './array-store';
import type { Connection } from './connection';
import { datasetEntry } from './datasets';
import type { AnyTypedArray, StoredIndex } from './library';

const keyOf = (collection: string, name: string) => ['index', collection, name];

/** See `Library.putIndex`. */
export async function putIndex(
  connection: Connection,
  collection: string,
  name: string,
  meta: unknown,
  arrays: Record<string, AnyTypedArray>,
): Promise<void> {
  await datasetEntry(connection, collection);
  const shaped = Object.entries(arrays).map(([name, values]) => ({ name, shape: [values.length], values }));
  await writeArrays(connection, keyOf(collection, name), meta, shaped);
  connection.changes.announce({ what: 'index', id: collection });
}

/** See `Library.getIndex`. */
export async function getIndex(
  connection: Connection,
  collection: string,
  name: string,
): Promise<StoredIndex | undefined> {
  const manifest = await readManifest(connection, keyOf(collection, name));
  if (!manifest) return undefined;
  const arrays: Record<string, AnyTypedArray> = {};
  for await (const { name, values } of readArrays(connection, manifest)) arrays[name] = values;
  return { meta: manifest.meta, arrays };
}
