import type { LineError, ParsedChunk } from '../../src/formats/records';
import type { ImportProgress, Library } from '../../src/storage/library';
import { openLibrary } from '../../src/storage/open-library';

let opened = 0;

/** A library of its own for each test. */
export function freshLibrary(): Promise<Library> {
  return openLibrary(`test-${Date.now()}-${opened++}`);
}

/** Records as a parser would yield them, `size` at a time, a line each. */
export async function* chunksOf<Record>(
  records: readonly Record[],
  size = 100,
  errors: LineError[] = [],
): AsyncGenerator<ParsedChunk<Record>> {
  for (let i = 0; i < Math.max(1, records.length); i += size) {
    const some = records.slice(i, i + size);
    yield {
      records: some,
      lines: some.map((_, j) => i + j + 1),
      errors: i === 0 ? errors : [],
      bytesRead: (i + some.length) * 10,
    };
  }
}

/** Runs an import to its end. */
export async function finish<Result>(steps: AsyncGenerator<ImportProgress, Result, void>) {
  const progress: ImportProgress[] = [];
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { result: value, progress };
    progress.push(value);
  }
}

/** Number of entries in each store of a library, but for the empty ones. */
export async function census(library: Library): Promise<Record<string, number>> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(library.name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const counts: Record<string, number> = {};
  const transaction = db.transaction([...db.objectStoreNames]);
  await Promise.all(
    [...db.objectStoreNames].map(
      (name) =>
        new Promise<void>((resolve) => {
          const request = transaction.objectStore(name).count();
          request.onsuccess = () => {
            if (request.result > 0) counts[name] = request.result;
            resolve();
          };
        }),
    ),
  );
  db.close();
  return counts;
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Documents d0, d1 … with texts of about `characters`. */
export const documents = (count: number, characters = 40) =>
  Array.from({ length: count }, (_, i) => ({ id: `d${i}`, text: `text ${i} ü `.padEnd(characters, 'x') }));

export const collection = (name = 'corpus') => ({ kind: 'collection' as const, name, source: `${name}.tsv` });

export const checkpoint = (name = 'cl') => ({
  name,
  family: 'bert' as const,
  finished: true,
  input: { maxLength: 256, tokenTypes: false, truncation: 'longest_first' as const },
  files: { 'config.json': '{}' },
});
