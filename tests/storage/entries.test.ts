import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { LibraryChange } from '../../src/storage/library';
import { openLibrary } from '../../src/storage/open-library';
import { census, checkpoint, chunksOf, collection, documents, finish, freshLibrary } from './helpers';

const experiment = { name: 'cl', recipe: 'name: cl', state: 'running' as const };

describe('experiments', () => {
  it('are stored, changed and listed, with a log that grows at its end', async () => {
    const library = await freshLibrary();
    const first = await library.putExperiment(experiment);
    const second = await library.putExperiment(experiment);
    expect([first.name, second.name]).toEqual(['cl', 'cl (2)']);
    await library.updateExperiment(first.id, { state: 'finished', report: { 'nDCG@10': 0.5 } });
    expect(await library.experiment(first.id)).toEqual({ ...first, state: 'finished', report: { 'nDCG@10': 0.5 } });
    expect((await library.experiments()).map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());

    await library.appendLog(first.id, [{ step: 1 }, { step: 2 }]);
    await library.appendLog(second.id, [{ step: 1 }]);
    await library.appendLog(first.id, []);
    await Promise.all([library.appendLog(first.id, [{ step: 3 }]), library.appendLog(first.id, [{ step: 4 }])]);
    expect(await library.readLog(first.id)).toEqual([1, 2, 3, 4].map((step) => ({ step })));
    await expect(library.appendLog('nowhere', [1])).rejects.toThrow('The library has no experiment nowhere');
    await expect(library.updateExperiment('nowhere', {})).rejects.toThrow('The library has no experiment nowhere');
  });
});

describe('deleting', () => {
  it('hides, can be undone, and frees only when it is said again', async () => {
    const library = await freshLibrary();
    const { result: dataset } = await finish(library.importDataset(collection(), chunksOf(documents(10))));
    const { result: kept } = await finish(library.importDataset(collection('kept'), chunksOf(documents(10))));
    const weights = [{ name: 'w', shape: [1], values: Float32Array.of(1) }];
    const stored = await library.putCheckpoint(checkpoint(), weights);
    const { id } = await library.putExperiment({ ...experiment, state: 'finished' });
    await library.appendLog(id, [1]);
    await library.putTrainingState(id, 0, { state: {}, arrays: weights });
    const before = await census(library);

    await library.remove('dataset', dataset.id);
    await library.remove('checkpoint', stored.id);
    await library.remove('experiment', id);
    expect([await library.datasets(), await library.checkpoints(), await library.experiments()]).toEqual([
      [kept],
      [],
      [],
    ]);
    const bin = await library.deleted();
    expect([bin.datasets[0]!.id, bin.checkpoints[0]!.id, bin.experiments[0]!.id]).toEqual([dataset.id, stored.id, id]);
    expect(await census(library)).toEqual(before);

    await library.restore('dataset', dataset.id);
    await library.restore('checkpoint', stored.id);
    await library.restore('experiment', id);
    expect(await library.dataset(dataset.id)).toEqual(dataset);
    expect(await library.checkpoint(stored.id)).toEqual(stored);
    expect((await library.experiment(id))!.state).toBe('finished');
    await library.purgeDeleted();
    expect(await census(library)).toEqual(before);

    await expect(library.purge('dataset', dataset.id)).rejects.toThrow(
      'expected something marked as deleted, found it ready',
    );
    await library.remove('dataset', dataset.id);
    await library.remove('checkpoint', stored.id);
    await library.remove('experiment', id);
    await library.purgeDeleted();
    expect(await census(library)).toEqual({ datasets: 1, texts: 1, directories: 1, buckets: 1 });
    expect(await library.texts(kept.id).texts(['d3'])).toEqual([documents(10)[3]!.text]);
    await expect(library.restore('dataset', dataset.id)).rejects.toThrow('The library has no data set');
  });

  it('frees the name; what is restored gets another if it is taken', async () => {
    const library = await freshLibrary();
    const { result: first } = await finish(library.importDataset(collection(), chunksOf(documents(1))));
    await library.remove('dataset', first.id);
    const { result: second } = await finish(library.importDataset(collection(), chunksOf(documents(1))));
    expect(second.name).toBe('corpus');
    await library.restore('dataset', first.id);
    expect((await library.dataset(first.id))!.name).toBe('corpus (2)');
  });
});

describe('changes', () => {
  it('are told in this tab and in another', async () => {
    const here = await freshLibrary();
    const there = await openLibrary(here.name);
    const heard: { here: LibraryChange[]; there: LibraryChange[] } = { here: [], there: [] };
    const stop = here.onChange((change) => heard.here.push(change));
    const told = new Promise<void>((resolve) => there.onChange((change) => (heard.there.push(change), resolve())));
    const { id } = await here.putExperiment(experiment);
    expect(heard.here).toEqual([{ what: 'experiment', id }]);
    await told;
    expect(heard.there).toEqual([{ what: 'experiment', id }]);
    stop();
    await here.updateExperiment(id, { state: 'paused' });
    expect(heard.here).toHaveLength(1);
    here.close();
    there.close();
  });
});

describe('the report on storage', () => {
  it('has no figures where the browser gives none', async () => {
    const library = await freshLibrary();
    expect(await library.storageReport()).toMatchObject({ persisted: false });
    expect(await library.persist()).toBe(false);
  });
});
