/** The library in a real browser: what fake-indexeddb cannot show (large values, locks between tabs, real aborts). */
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../src/formats/parse-file';
import { openSafetensors, safetensorsBlob } from '../../src/formats/safetensors';
import { Connection } from '../../src/storage/connection';
import { DuplicateIdError, LibraryClosedError } from '../../src/storage/errors';
import { openLibrary } from '../../src/storage/open-library';
import { all, census, checkpoint, chunksOf, collection, documents, finish, freshLibrary } from './helpers';

async function gzip(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

describe('the library in a browser', () => {
  it('takes a packed file, and gives texts, pages and rankings back after it was opened anew', async () => {
    const library = await freshLibrary();
    const records = documents(5000, 300);
    const file = {
      name: 'corpus.tsv.gz',
      data: await gzip(records.map(({ id, text }) => `${id}\t${text}\n`).join('')),
    };
    const { result, progress } = await finish(library.importDataset(collection(), parseFile(file, 'collection')));
    expect(progress.at(-1)).toMatchObject({ records: 5000, badLines: 0, bytesRead: file.data.size });
    const lines = records.slice(0, 100).map(({ id }, i) => `q Q0 ${id} ${i + 1} ${1 / (i + 1)} s\n`);
    const run = { name: 'run.trec', data: new Blob(lines) };
    const stored = await finish(
      library.importDataset({ kind: 'run', name: 'r', source: run.name }, parseFile(run, 'run')),
    );
    library.close();

    const again = await openLibrary(library.name);
    expect(await again.texts(result.id).texts(['d4999', 'd0', 'd2500'])).toEqual(
      [4999, 0, 2500].map((i) => records[i]!.text),
    );
    expect(await again.page(result.id, 4990, 20)).toEqual(records.slice(4990));
    expect((await again.readRanking(stored.result.id, 'q')).map(({ score }) => score)).toEqual(
      lines.map((_, i) => 1 / (i + 1)),
    );
    again.close();
  });

  it('keeps a tensor of 40 MiB over several chunks, and packs it as safetensors', async () => {
    const library = await freshLibrary();
    const arrays = [5_000_001, 10 << 20, 7].map((length, t) => ({
      name: `t${t}`,
      shape: [length],
      values: Float32Array.from({ length }, (_, i) => i * 0.5 + t),
    }));
    const { id, bytes } = await library.putCheckpoint(checkpoint(), arrays);
    expect(bytes).toBe(4 * (5_000_001 + (10 << 20) + 7));
    expect((await census(library)).chunks).toBe(2);
    let read = 0;
    for await (const { name, values } of library.checkpointWeights(id)) {
      const original = arrays.find((array) => array.name === name)!.values;
      expect(values.length).toBe(original.length);
      expect(values.findIndex((value, i) => value !== original[i])).toBe(-1);
      read++;
    }
    expect(read).toBe(3);
    const blob = await safetensorsBlob(await library.checkpointTensors(id), library.checkpointWeights(id));
    const back = await (await openSafetensors('model.safetensors', blob)).read('t2');
    expect(back.values).toEqual(arrays[2]!.values);
    library.close();
  });

  it('has nothing of a transaction that was aborted', async () => {
    const connection = await Connection.open(`aborted-${Date.now()}`);
    const aborted = connection.write(['chunks', 'pending'], async (transaction) => {
      await transaction.objectStore('chunks').put(new Uint8Array(1 << 20), ['owner', 0]);
      await transaction.objectStore('pending').put({ createdAt: 1 }, 'owner');
      transaction.abort();
    });
    await expect(aborted).rejects.toThrow(/abort/i);
    expect(await connection.db.count('chunks')).toBe(0);
    expect(await connection.db.count('pending')).toBe(0);
    connection.close();
  });

  it('rolls a failed import back, and a checkpoint that breaks off', async () => {
    const library = await freshLibrary();
    const twice = documents(40, 400_000).with(35, { id: 'd2', text: '' });
    await expect(finish(library.importDataset(collection(), chunksOf(twice, 5)))).rejects.toThrow(DuplicateIdError);
    async function* breaking() {
      yield { name: 'w', shape: [9 << 20], values: new Float32Array(9 << 20) };
      throw new Error('lost');
    }
    await expect(library.putCheckpoint(checkpoint(), breaking())).rejects.toThrow('lost');
    expect(await census(library)).toEqual({});
    library.close();
  });

  it('knows an import that another connection is busy with from one that was left', async () => {
    const library = await freshLibrary();
    const steps = library.importDataset(collection(), chunksOf(documents(40, 400_000), 5));
    await steps.next();
    const other = await openLibrary(library.name);
    expect(await other.unfinishedImports()).toEqual([]);
    expect((await navigator.locks.query()).held?.some(({ name }) => name?.startsWith('rerank-studio:import:'))).toBe(
      true,
    );
    library.close();
    await expect(finish(steps)).rejects.toThrow(LibraryClosedError);
    const [left] = await other.unfinishedImports();
    const { result } = await finish(
      other.importDataset(collection(), chunksOf(documents(40, 400_000), 7), { resume: left!.id }),
    );
    expect(result.count).toBe(40);
    expect((await all(other.batches(result.id))).flatMap(({ ids }) => ids)).toHaveLength(40);
    other.close();
  });

  it('closes for a newer version, and names the figures of the browser', async () => {
    const library = await freshLibrary();
    const report = await library.storageReport();
    expect(report.quota).toBeGreaterThan(0);
    expect(report.usage).toBeGreaterThanOrEqual(0);
    const request = indexedDB.open(library.name, 99);
    await new Promise((resolve, reject) => {
      request.onsuccess = resolve;
      request.onerror = reject;
    });
    request.result.close();
    await expect(library.datasets()).rejects.toThrow('Another tab opened a newer version');
    await expect(openLibrary(library.name)).rejects.toThrow('newer version of Rerank Studio');
  });
});
