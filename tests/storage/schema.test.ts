import 'fake-indexeddb/auto';
import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { LibraryClosedError, StorageFullError } from '../../src/storage/errors';
import { SCHEMA_VERSION } from '../../src/storage/migrations';
import { openLibrary } from '../../src/storage/open-library';
import { all, census, checkpoint, chunksOf, collection, documents, finish, freshLibrary } from './helpers';

function openRaw(name: string, version: number, upgrade: (db: IDBDatabase) => void = () => {}): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as Error);
  });
}

describe('the schema', () => {
  it('of version 1 is upgraded without loss', async () => {
    const name = 'version-1';
    const db = await openRaw(name, 1, (db) => {
      for (const store of [
        'datasets',
        'imports',
        'checkpoints',
        'experiments',
        'pending',
        'texts',
        'directories',
        'buckets',
        'rankings',
        'manifests',
        'chunks',
      ])
        db.createObjectStore(store);
    });
    const transaction = db.transaction(['datasets', 'rankings', 'experiments'], 'readwrite');
    const entry = {
      kind: 'qrels',
      name: 'judged',
      count: 1,
      bytes: 6,
      createdAt: 1,
      source: 'qrels.txt',
      state: 'ready',
    };
    transaction.objectStore('datasets').put({ id: 'q', ...entry }, 'q');
    transaction.objectStore('rankings').put({ documents: ['d'], grades: Int32Array.of(2) }, ['q', '1', 0]);
    const experiment = { recipe: 'name: e', state: 'finished', createdAt: 1, report: { ap: 0.5 } };
    transaction
      .objectStore('experiments')
      .put({ id: 'a', name: 'a', ...experiment, log: [{ step: 1 }, { step: 2 }] }, 'a');
    transaction.objectStore('experiments').put({ id: 'b', name: 'b', ...experiment, log: [] }, 'b');
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    db.close();

    const library = await openLibrary(name);
    expect(await library.readQrels('q')).toEqual(new Map([['1', new Map([['d', 2]])]]));
    expect(await library.experiment('a')).toEqual({ id: 'a', name: 'a', ...experiment });
    expect(await library.readLog('a')).toEqual([{ step: 1 }, { step: 2 }]);
    expect(await library.readLog('b')).toEqual([]);
    await library.appendLog('a', [{ step: 3 }]);
    expect(await library.readLog('a')).toHaveLength(3);
    library.close();
    const again = await openRaw(name, SCHEMA_VERSION);
    expect(again.version).toBe(4);
    expect([...again.objectStoreNames]).toEqual(expect.arrayContaining(['teachings', 'taught', 'downloads']));
    again.close();
  });

  it('of a newer version is an error that says what to do', async () => {
    (await openRaw('newer', SCHEMA_VERSION + 1)).close();
    const opening = openLibrary('newer');
    await expect(opening).rejects.toThrow(LibraryClosedError);
    await expect(opening).rejects.toThrow('newer version of Rerank Studio: reload this page');
  });

  it('lets another tab upgrade it, and says so afterwards', async () => {
    const library = await freshLibrary();
    (await openRaw(library.name, SCHEMA_VERSION + 1)).close();
    for (const read of [
      () => library.datasets(),
      () => library.checkpoint('x'),
      () => library.putExperiment({ name: '', recipe: '', state: 'running' }),
    ]) {
      await expect(read()).rejects.toThrow(LibraryClosedError);
      await expect(read()).rejects.toThrow('Another tab opened a newer version of Rerank Studio: reload this page');
    }
  });
});

describe('a full disk', () => {
  /** The browser refuses the n-th value of a store. */
  function refuse(store: string, nth: number) {
    const put = IDBObjectStore.prototype.put;
    let count = 0;
    return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === store && ++count === nth) throw new DOMException('no space', 'QuotaExceededError');
      return put.apply(this, args as Parameters<typeof put>);
    });
  }

  it.each([
    ['texts', 3],
    ['buckets', 1],
    ['directories', 1],
    ['datasets', 2],
  ])('while a collection is imported (%s %i) leaves what was stored', async (store, nth) => {
    const library = await freshLibrary();
    const { result } = await finish(library.importDataset(collection('before'), chunksOf(documents(100))));
    const before = await census(library);
    const spy = refuse(store, nth);
    try {
      const failing = finish(library.importDataset(collection(), chunksOf(documents(20, 400_000))));
      await expect(failing).rejects.toThrow(StorageFullError);
      await expect(failing).rejects.toThrow(
        /^The browser's storage is full: .* used\. What was stored before is intact\. Delete/,
      );
    } finally {
      spy.mockRestore();
    }
    expect(await census(library)).toEqual(before);
    expect(await library.texts(result.id).texts(['d99'])).toEqual([documents(100)[99]!.text]);
  });

  it('while a checkpoint is stored leaves the ones before', async () => {
    const library = await freshLibrary();
    const weights = (value: number) => [{ name: 'w', shape: [9 << 20], values: new Float32Array(9 << 20).fill(value) }];
    const { id } = await library.putCheckpoint(checkpoint(), weights(1));
    const before = await census(library);
    const spy = refuse('chunks', 2);
    try {
      await expect(library.putCheckpoint(checkpoint('next'), weights(2))).rejects.toThrow(StorageFullError);
    } finally {
      spy.mockRestore();
    }
    expect(await census(library)).toEqual(before);
    const [stored] = await all(library.checkpointWeights(id));
    expect(stored!.values.every((value) => value === 1)).toBe(true);
  });
});
