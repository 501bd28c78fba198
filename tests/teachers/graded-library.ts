/** A library whose passages say how good they are, so that a test knows the right order. */
import 'fake-indexeddb/auto';
import type { Run, TextRecord } from '../../src/formats/records';
import { openLibrary } from '../../src/storage/open-library';

let opened = 0;

/** Passage `d7` of query `q2` has this grade: the right order is by it. */
export const gradeOf = (query: number, document: number, depth: number) => (document * 7 + query * 3) % depth;

/** `queries` queries with `depth` passages each, ranked by a first stage that knows nothing. `depth` is no multiple of 7. */
export async function gradedLibrary(queries: number, depth: number) {
  const library = await openLibrary(`graded-${opened++}`);
  const store = async (kind: 'collection' | 'queries', records: TextRecord[]) => {
    const chunks = (async function* () {
      yield { records, errors: [], bytesRead: 0 };
    })();
    const steps = library.importDataset({ kind, name: kind, source: 'test' }, chunks);
    for (;;) {
      const { done, value } = await steps.next();
      if (done) return value.id;
    }
  };
  const run: Run = new Map();
  const [texts, questions]: TextRecord[][] = [[], []];
  for (let q = 0; q < queries; q++) {
    questions!.push({ id: `q${q}`, text: `which passage has the highest grade (${q})` });
    run.set(`q${q}`, []);
    for (let d = 0; d < depth; d++) {
      const id = `q${q}d${d}`;
      texts!.push({ id, text: `This passage of some words has grade ${gradeOf(q, d, depth)} and no other.` });
      run.get(`q${q}`)!.push({ document: id, rank: d + 1, score: depth - d });
    }
  }
  /** Documents of a query, the best first. */
  const right = (q: number) =>
    Array.from({ length: depth }, (_, d) => d)
      .sort((a, b) => gradeOf(q, b, depth) - gradeOf(q, a, depth))
      .map((d) => `q${q}d${d}`);
  return {
    library,
    right,
    ids: {
      collection: await store('collection', texts!),
      queries: await store('queries', questions!),
      run: (await library.writeRun('first', run)).id,
    },
  };
}

/** Everything that a database holds, as one text. */
export async function everythingIn(name: string): Promise<string> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as Error);
  });
  const transaction = db.transaction([...db.objectStoreNames]);
  const all = await Promise.all(
    [...db.objectStoreNames].map(
      (store) =>
        new Promise((resolve) => {
          const request = transaction.objectStore(store).getAll();
          request.onsuccess = () => resolve([store, request.result]);
        }),
    ),
  );
  db.close();
  const decoder = new TextDecoder();
  return JSON.stringify(all, (_, value: unknown) => (value instanceof Uint8Array ? decoder.decode(value) : value));
}
