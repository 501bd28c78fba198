/** Indexes of a collection, such as BM25's: stored with it, dropped with it. */
import { deleteArrays, readArrays, readManifest, writeArrays } from './array-store';
import { type Connection, startingWith } from './connection';
import { datasetEntry } from './datasets';
import { IndexChangedError } from './errors';
import type { AnyTypedArray, IndexPart, StoredIndex } from './library';
import type { LibrarySchema, Manifest } from './schema';

const keyOf = (collection: string, name: string) => ['index', collection, name];

/** What the manifest of a part says beside its arrays. */
interface PartMeta {
  documents: number;
  meta: unknown;
}

const shaped = (arrays: Record<string, AnyTypedArray>) =>
  Object.entries(arrays).map(([name, values]) => ({ name, shape: [values.length], values }));

/** See `Library.putIndex`. */
export async function putIndex(
  connection: Connection,
  collection: string,
  name: string,
  meta: unknown,
  arrays: Record<string, AnyTypedArray>,
): Promise<void> {
  await datasetEntry(connection, collection);
  await writeArrays(connection, keyOf(collection, name), meta, shaped(arrays));
  connection.changes.announce({ what: 'index', id: collection });
}

/** See `Library.getIndex`. */
export async function getIndex(
  connection: Connection,
  collection: string,
  name: string,
): Promise<StoredIndex | undefined> {
  const manifest = await readManifest(connection, keyOf(collection, name));
  return manifest && { meta: manifest.meta, arrays: await arraysOf(connection, manifest) };
}

/** See `Library.dropIndex`. */
export async function dropIndex(connection: Connection, collection: string, name: string): Promise<void> {
  await deleteArrays(connection, ...keyOf(collection, name));
  connection.changes.announce({ what: 'index', id: collection });
}

/** See `Library.indexParts`. */
export async function indexParts(connection: Connection, collection: string, name: string): Promise<IndexPart[]> {
  const { store, done } = connection.db.transaction('manifests');
  const range = startingWith(...keyOf(collection, name));
  const [keys, manifests] = await Promise.all([store.getAllKeys(range), store.getAll(range), done]);
  return keys.flatMap((key, i) => (isPart(key) ? [partOf(key, manifests[i]!)] : []));
}

/** See `Library.readIndexPart`. */
export async function readIndexPart(
  connection: Connection,
  collection: string,
  name: string,
  first: number,
): Promise<StoredIndex> {
  const manifest = await readManifest(connection, [...keyOf(collection, name), first]);
  if (!manifest) throw new IndexChangedError(name);
  return { meta: (manifest.meta as PartMeta).meta, arrays: await arraysOf(connection, manifest) };
}

/** See `Library.putIndexPart`. */
export async function putIndexPart(
  connection: Connection,
  collection: string,
  name: string,
  { first, documents, meta }: Omit<IndexPart, 'bytes'>,
  arrays: Record<string, AnyTypedArray>,
): Promise<void> {
  await datasetEntry(connection, collection);
  const partMeta: PartMeta = { documents, meta };
  const key = [...keyOf(collection, name), first];
  await writeArrays(connection, key, partMeta, shaped(arrays), [], async (transaction) => {
    // One transaction puts the part in place of those that it is made of: there is no moment without either.
    const manifests = transaction.objectStore('manifests');
    const range = startingWith(...keyOf(collection, name));
    const [keys, stored] = await Promise.all([manifests.getAllKeys(range), manifests.getAll(range)]);
    const replaced = keys.filter((key) => isPart(key) && key[3] > first && key[3] < first + documents);
    let end = 0;
    for (const [i, key] of keys.entries()) {
      if (!isPart(key)) continue;
      const partEnd = key[3] + partOf(key, stored[i]!).documents;
      // Those that the new part is made of lie wholly in it.
      if (replaced.includes(key) ? partEnd > end : key[3] !== end) throw new IndexChangedError(name);
      if (!replaced.includes(key)) end = partEnd;
    }
    await Promise.all([
      ...replaced.map((key) => manifests.delete(key)),
      ...replaced.map((key) =>
        transaction.objectStore('chunks').delete(startingWith(stored[keys.indexOf(key)]!.owner)),
      ),
    ]);
  });
  connection.changes.announce({ what: 'index', id: collection });
}

type PartKey = [what: string, collection: string, name: string, first: number];

const isPart = (key: LibrarySchema['manifests']['key']): key is PartKey => typeof key[3] === 'number';

function partOf([, , , first]: PartKey, manifest: Manifest): IndexPart {
  const { documents, meta } = manifest.meta as PartMeta;
  const bytes = manifest.arrays.reduce((sum, array) => sum + array.bytes, 0);
  return { first, documents, meta, bytes };
}

async function arraysOf(connection: Connection, manifest: Manifest): Promise<StoredIndex['arrays']> {
  const arrays: StoredIndex['arrays'] = {};
  for await (const { name, values } of readArrays(connection, manifest)) arrays[name] = values;
  return arrays;
}
