/**
 * Named arrays in chunks: weights, moments, postings.
 *
 *   manifest   what is where      a: begin 0, b: begin 40, …          under a key that says what the arrays are
 *   chunks     bytes end to end   [0 … 32 MiB)[32 MiB … 64 MiB)[…     under an owner, new for each writing
 *
 * Chunks are written first, each in a transaction of its own; the last transaction puts the manifest in place and deletes
 * the chunks of the one that it replaces. So a half-written set of arrays never shows, and the old one is there until then.
 */
import type { IDBPTransaction, StoreNames } from 'idb';
import { claim, claimed } from './claims';
import { type Connection, startingWith } from './connection';
import type { AnyTypedArray } from './library';
import type { ArrayPlace, LibrarySchema, Manifest } from './schema';

/** Chrome refuses values over 127 MiB, and a chunk is in memory twice while it is stored. */
export const CHUNK_BYTES = 32 << 20;
/** Every array begins at a multiple of the widest element, so that chunks could be viewed in place. */
const ALIGNMENT_BYTES = 8;

const CONSTRUCTORS = {
  Float32Array, Float64Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array,
}; // prettier-ignore

export type ArraysKey = (string | number)[];

/** An array to be stored. */
export interface ShapedArray {
  name: string;
  shape: number[];
  values: AnyTypedArray;
}

const writeClaim = (owner: string) => `arrays:${owner}`;

/**
 * Stores arrays under a key, in place of those that were there.
 * @param finish more writes for the transaction that makes the arrays visible, in `stores`.
 */
export async function writeArrays<Name extends StoreNames<LibrarySchema>>(
  connection: Connection,
  key: ArraysKey,
  meta: unknown,
  arrays: Iterable<ShapedArray> | AsyncIterable<ShapedArray>,
  stores: Name[] = [],
  finish?: (
    transaction: IDBPTransaction<LibrarySchema, (Name | 'manifests' | 'chunks' | 'pending')[], 'readwrite'>,
    manifest: Manifest,
  ) => Promise<unknown>,
): Promise<Manifest> {
  const owner = crypto.randomUUID();
  const release = await claim(writeClaim(owner));
  try {
    await connection.write(['pending'], (transaction) =>
      transaction.objectStore('pending').put({ createdAt: Date.now() }, owner),
    );
    const manifest: Manifest = {
      owner,
      chunkBytes: CHUNK_BYTES,
      meta,
      arrays: await writeChunks(connection, owner, arrays),
    };
    await connection.write(
      [...stores, 'manifests', 'chunks', 'pending'],
      async (transaction) => {
        const manifests = transaction.objectStore('manifests');
        const replaced = await manifests.get(key);
        await Promise.all([
          manifests.put(manifest, key),
          replaced && transaction.objectStore('chunks').delete(startingWith(replaced.owner)),
          transaction.objectStore('pending').delete(owner),
          finish?.(transaction as never, manifest),
        ]);
      },
      'strict',
    );
    return manifest;
  } catch (error) {
    await sweep(connection, owner).catch(() => {}); // the first error is the one to tell; the next opening sweeps again
    throw error;
  } finally {
    release();
  }
}

/** Writes arrays end to end, holding one chunk. */
async function writeChunks(
  connection: Connection,
  owner: string,
  arrays: Iterable<ShapedArray> | AsyncIterable<ShapedArray>,
): Promise<ArrayPlace[]> {
  const places: ArrayPlace[] = [];
  let chunk = new Uint8Array(1 << 20);
  let filled = 0; // bytes of the chunk
  let stored = 0; // chunks

  const store = async () => {
    const value = chunk.slice(0, filled);
    await connection.write(['chunks'], (transaction) => transaction.objectStore('chunks').put(value, [owner, stored]));
    stored++;
    filled = 0;
  };
  const append = async (bytes: Uint8Array) => {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + CHUNK_BYTES - filled);
      if (filled + part.length > chunk.length) {
        const larger = new Uint8Array(Math.min(CHUNK_BYTES, 2 * (filled + part.length)));
        larger.set(chunk.subarray(0, filled));
        chunk = larger;
      }
      chunk.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === CHUNK_BYTES) await store();
    }
  };

  for await (const { name, shape, values } of arrays) {
    if (places.some((place) => place.name === name))
      throw new Error(`Arrays to store: expected different names, found ${name} twice`);
    const count = shape.reduce((product, n) => product * n, 1);
    if (count !== values.length)
      throw new Error(
        `Array ${name}: expected ${count} values for shape [${shape.join(', ')}], found ${values.length}`,
      );
    const type = values.constructor.name;
    if (!Object.hasOwn(CONSTRUCTORS, type))
      throw new Error(`Array ${name}: expected ${Object.keys(CONSTRUCTORS).join(', ')}, found ${type}`);
    const begin = stored * CHUNK_BYTES + filled;
    await append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    places.push({ name, shape: [...shape], type, begin, bytes: values.byteLength });
    const gap = -values.byteLength & (ALIGNMENT_BYTES - 1);
    if (gap > 0) await append(new Uint8Array(gap));
  }
  if (filled > 0) await store();
  return places;
}

/** What is stored under a key, without the arrays' values. */
export async function readManifest(connection: Connection, key: ArraysKey): Promise<Manifest | undefined> {
  return connection.db.get('manifests', key);
}

/** Reads arrays in the order they were stored, holding one chunk at a time. Only those of `names`, where given. */
export async function* readArrays(
  connection: Connection,
  manifest: Manifest,
  names?: readonly string[],
): AsyncGenerator<ShapedArray> {
  const wanted = names && new Set(names);
  let number = -1;
  let chunk: Uint8Array | undefined;
  for (const { name, shape, type, begin, bytes } of manifest.arrays) {
    if (wanted && !wanted.has(name)) continue;
    const buffer = new Uint8Array(bytes);
    for (let at = begin; at < begin + bytes;) {
      if (number !== Math.floor(at / manifest.chunkBytes)) {
        number = Math.floor(at / manifest.chunkBytes);
        chunk = await connection.db.get('chunks', [manifest.owner, number]);
        if (!chunk)
          throw new Error(
            `Array ${name}: expected chunk ${number} of ${manifest.owner}, found none: it was replaced or deleted meanwhile`,
          );
      }
      const from = at - number * manifest.chunkBytes;
      const part = chunk!.subarray(from, Math.min(manifest.chunkBytes, from + begin + bytes - at));
      buffer.set(part, at - begin);
      at += part.length;
    }
    const values = new CONSTRUCTORS[type as keyof typeof CONSTRUCTORS](buffer.buffer);
    yield { name, shape, values };
  }
}

/** Frees all arrays whose key begins with these parts. */
export async function deleteArrays(connection: Connection, ...key: ArraysKey): Promise<void> {
  await connection.write(['manifests', 'chunks'], async (transaction) => {
    const range = IDBKeyRange.bound(key, [...key, []]);
    const manifests = await transaction.objectStore('manifests').getAll(range);
    await Promise.all([
      transaction.objectStore('manifests').delete(range),
      ...manifests.map(({ owner }) => transaction.objectStore('chunks').delete(startingWith(owner))),
    ]);
  });
}

/** Deletes chunks that a closed tab had begun to write. */
export async function sweepChunks(connection: Connection): Promise<void> {
  const isClaimed = await claimed();
  for (const owner of await connection.db.getAllKeys('pending'))
    if (!isClaimed(writeClaim(owner))) await sweep(connection, owner);
}

async function sweep(connection: Connection, owner: string): Promise<void> {
  await connection.write(['chunks', 'pending'], (transaction) =>
    Promise.all([
      transaction.objectStore('chunks').delete(startingWith(owner)),
      transaction.objectStore('pending').delete(owner),
    ]),
  );
}
