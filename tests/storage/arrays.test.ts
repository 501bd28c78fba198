import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { openLibrary } from '../../src/storage/open-library';
import { all, census, checkpoint, chunksOf, collection, documents, finish, freshLibrary } from './helpers';

const array = (name: string, length: number, seed = 1): NamedArray => ({
  name,
  shape: [length],
  values: Float32Array.from({ length }, (_, i) => Math.fround((i + seed) / 7)),
});
const experiment = { name: 'cl-kd', recipe: 'name: cl-kd', state: 'running' as const };

async function* breaksAfter(arrays: NamedArray[]) {
  yield* arrays;
  throw new Error('the device was lost');
}

describe('a checkpoint', () => {
  it('comes back tensor by tensor', async () => {
    const library = await freshLibrary();
    const arrays = [array('a.weight', 12), array('b', 1), array('empty', 0), array('c', 333)];
    arrays[0]!.shape = [3, 4];
    const stored = await library.putCheckpoint(checkpoint(), arrays);
    expect(stored).toMatchObject({ name: 'cl', parameters: 346, bytes: 4 * 346, state: 'ready' });
    expect(await library.checkpoints()).toEqual([stored]);
    expect(await library.checkpoint(stored.id)).toEqual(stored);
    expect(await all(library.checkpointWeights(stored.id))).toEqual(arrays);
    expect(await library.checkpointTensors(stored.id)).toEqual(arrays.map(({ name, shape }) => ({ name, shape })));
    expect(await all(library.checkpointWeights(stored.id, ['c']))).toEqual([arrays[3]]);
    expect((await library.updateCheckpoint(stored.id, { finished: false })).finished).toBe(false);
    expect((await library.putCheckpoint(checkpoint(), arrays)).name).toBe('cl (2)');
  });

  it('may have a tensor larger than a chunk, between others', async () => {
    const library = await freshLibrary();
    const arrays = [array('first', 5_000_001), array('large', 10 << 20, 3), array('last', 7)];
    const { id } = await library.putCheckpoint(checkpoint(), arrays);
    expect((await census(library)).chunks).toBe(2);
    for await (const { name, values } of library.checkpointWeights(id)) {
      const original = arrays.find((candidate) => candidate.name === name)!.values;
      expect(values.length).toBe(original.length);
      expect(Buffer.compare(Buffer.from(values.buffer), Buffer.from(original.buffer))).toBe(0);
    }
  });

  it('half written never shows, and leaves nothing', async () => {
    const library = await freshLibrary();
    await expect(library.putCheckpoint(checkpoint(), breaksAfter([array('w', 9 << 20)]))).rejects.toThrow(
      'the device was lost',
    );
    expect(await library.checkpoints()).toEqual([]);
    expect(await census(library)).toEqual({});
  });

  it('half written by a tab that was closed is swept up at the next opening', async () => {
    const library = await freshLibrary();
    async function* closing() {
      yield array('w', 9 << 20);
      library.close();
      yield array('v', 1);
    }
    await expect(library.putCheckpoint(checkpoint(), closing())).rejects.toThrow('closed');
    expect(await census(library)).toEqual({ chunks: 1, pending: 1 });
    const reopened = await openLibrary(library.name);
    expect(await census(reopened)).toEqual({});
  });

  it('refuses arrays that are not what they say', async () => {
    const library = await freshLibrary();
    await expect(library.putCheckpoint(checkpoint(), [{ ...array('w', 6), shape: [2, 4] }])).rejects.toThrow(
      'Array w: expected 8 values for shape [2, 4], found 6',
    );
    await expect(library.putCheckpoint(checkpoint(), [array('w', 1), array('w', 1)])).rejects.toThrow('found w twice');
    await expect(all(library.checkpointWeights('nowhere'))).rejects.toThrow('The library has no checkpoint nowhere');
    expect(await census(library)).toEqual({});
  });
});

describe('the state of training', () => {
  it('replaces the older one of its stage', async () => {
    const library = await freshLibrary();
    const { id } = await library.putExperiment(experiment);
    await library.putTrainingState(id, 0, { state: { step: 1 }, arrays: [array('w', 10), array('m', 10)] });
    await library.putTrainingState(id, 1, { state: { step: 7 }, arrays: [array('w', 3)] });
    await library.putTrainingState(id, 0, { state: { step: 2 }, arrays: [array('w', 11)] });
    expect(await census(library)).toMatchObject({ manifests: 2, chunks: 2 });
    const { state, arrays } = (await library.getTrainingState(id, 0))!;
    expect(state).toEqual({ step: 2 });
    expect(await all(arrays())).toEqual([array('w', 11)]);
    await library.deleteTrainingState(id, 0);
    expect(await library.getTrainingState(id, 0)).toBeUndefined();
    expect((await library.getTrainingState(id, 1))!.state).toEqual({ step: 7 });
    expect(await census(library)).toMatchObject({ manifests: 1, chunks: 1 });
  });

  it('is read by prefix', async () => {
    const library = await freshLibrary();
    const { id } = await library.putExperiment(experiment);
    const arrays = [array('weights/a', 10), array('weights/b', 3), array('moments/a', 10)];
    await library.putTrainingState(id, 0, { state: {}, arrays });
    const stored = (await library.getTrainingState(id, 0))!;
    expect(await all(stored.arrays('weights/'))).toEqual([array('a', 10), array('b', 3)]);
    expect(await all(stored.arrays('moments/'))).toEqual([array('a', 10)]);
    expect((await all(stored.arrays())).map(({ name }) => name)).toEqual(['weights/a', 'weights/b', 'moments/a']);
  });

  it('stays the older one when the newer one fails', async () => {
    const library = await freshLibrary();
    const { id } = await library.putExperiment(experiment);
    await library.putTrainingState(id, 0, { state: { step: 1 }, arrays: [array('w', 10)] });
    const failing = library.putTrainingState(id, 0, { state: { step: 2 }, arrays: breaksAfter([array('w', 9 << 20)]) });
    await expect(failing).rejects.toThrow('the device was lost');
    const { state, arrays } = (await library.getTrainingState(id, 0))!;
    expect(state).toEqual({ step: 1 });
    expect(await all(arrays())).toEqual([array('w', 10)]);
    expect(await census(library)).toEqual({ experiments: 1, manifests: 1, chunks: 1 });
  });

  it('needs its experiment', async () => {
    const library = await freshLibrary();
    await expect(library.putTrainingState('nowhere', 0, { state: {}, arrays: [] })).rejects.toThrow(
      'The library has no experiment nowhere',
    );
  });
});

describe('an index', () => {
  it('keeps the types of its arrays, is replaced, and goes with its collection', async () => {
    const library = await freshLibrary();
    const { result } = await finish(library.importDataset(collection(), chunksOf(documents(3))));
    const arrays = {
      postings: Uint32Array.of(1, 2 ** 32 - 1),
      lengths: Uint8Array.of(1, 2, 255),
      scores: Float64Array.of(Math.PI),
      offsets: Int32Array.of(-1),
      halves: Uint16Array.of(7),
    };
    await library.putIndex(result.id, 'bm25', { k1: 0.9 }, { old: Float32Array.of(1) });
    await library.putIndex(result.id, 'bm25', { k1: 1.2 }, arrays);
    expect(await library.getIndex(result.id, 'bm25')).toEqual({ meta: { k1: 1.2 }, arrays });
    expect(await library.getIndex(result.id, 'other')).toBeUndefined();
    expect(await census(library)).toMatchObject({ manifests: 1, chunks: 1 });
    await library.remove('dataset', result.id);
    expect(await library.getIndex(result.id, 'bm25')).toBeDefined();
    await library.purge('dataset', result.id);
    expect(await census(library)).toEqual({});
    await expect(library.putIndex(result.id, 'bm25', {}, {})).rejects.toThrow('The library has no data set');
  });
});
