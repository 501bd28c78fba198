import { describe, expect, it } from 'vitest';
import type { ExperimentProgress } from '../../src/experiments/experiment-progress';
import { newExperiment, runExperiment } from '../../src/experiments/run-experiment';
import type { ExperimentEvent } from '../../src/experiments/events';
import { all, circumstances, environmentOf, tinyLibrary } from './tiny-library';

const RECIPE = `
name: tiny
model: { base: tiny, maxLength: 48, dropout: 0.1 }
stages:
  - objective: CL
    data: { collection: animals, queries: animals, qrels: animals, run: first }
    sampling: { trainSampleSize: 4, trainSampleDepth: 20, numRelevantSamples: 1 }
    training: { learningRate: 1e-3, queriesPerBatch: 3, accumulate: 1, maxSteps: 6, maxEpochs: 0, validateEvery: 0, checkpointEvery: 2 }
  - objective: KD
    data: { collection: animals, queries: animals, run: teacher }
    sampling: { trainSampleSize: 5 }
    training: { learningRate: 1e-3, queriesPerBatch: 3, accumulate: 1, maxSteps: 4, validateEvery: 0, checkpointEvery: 0 }
evaluation:
  depth: 5
  measures: [nDCG@10, RR@10]
  testSets:
    - { name: animals, collection: animals, queries: animals, qrels: animals, run: { bm25: { k1: 0.9, b: 0.4, depth: 20 } } }
`;
const request = { recipe: RECIPE, fileName: 'tiny.yaml' };

const steps = (events: ExperimentEvent[]) =>
  events.flatMap((event) =>
    event.type === 'step' ? [`${event.stage} ${event.step} ${event.loss} ${event.gradNorm}`] : [],
  );
const measured = (progress: unknown) =>
  (progress as ExperimentProgress).results.map(({ testSet, system, mean }) => ({ testSet, system, mean }));

describe('an experiment', () => {
  it('goes from first stage to report, and stores everything', async () => {
    const library = await tinyLibrary();
    const experiment = await newExperiment(library, request);
    const events = await all(runExperiment(environmentOf(library), experiment, circumstances));
    expect(events[0]).toEqual({ type: 'started', experiment: experiment.id, name: 'tiny' });
    expect(events.at(-1)).toEqual({ type: 'done', experiment: experiment.id });
    const stages = events.filter((event) => event.type === 'stage');
    expect(stages).toMatchObject([
      { stage: 'CL', index: 0, stages: 2, steps: 6, queries: 12 },
      { stage: 'CL→KD', index: 1, steps: 4 },
    ]);
    const stored = (await library.experiment(experiment.id))!;
    expect(stored.state).toBe('finished');
    expect(stored.report).toBeDefined();
    expect(measured(stored.progress).map(({ system }) => system)).toEqual(['BM25', 'before training', 'CL', 'CL→KD']);
    const finished = (await library.checkpoints()).filter(
      (entry) => entry.experiment === experiment.id && entry.finished,
    );
    expect(finished.map(({ name, step, objective }) => ({ name, step, objective })).reverse()).toEqual([
      { name: 'tiny CL', step: 6, objective: 'CL' },
      { name: 'tiny CL→KD', step: 4, objective: 'KD' },
    ]);
    const runs = (await library.datasets('run')).map(({ name }) => name);
    expect(runs).toEqual(
      expect.arrayContaining(['animals BM25', 'animals before training', 'animals CL', 'animals CL→KD']),
    );
    expect(steps((await library.readLog(experiment.id)) as ExperimentEvent[])).toEqual(steps(events));
  });

  it('broken off in both stages and gone on with, gives the numbers of an unbroken one', async () => {
    const library = await tinyLibrary();
    const whole = await newExperiment(library, request);
    const expected = steps(await all(runExperiment(environmentOf(library), whole, circumstances)));

    const broken = await newExperiment(library, request);
    const found: string[] = [];
    for (const breakAt of ['CL 2', 'CL→KD 1', undefined]) {
      const environment = environmentOf(library);
      const current = (await library.experiment(broken.id))!;
      for await (const event of runExperiment(environment, current, circumstances)) {
        if (event.type === 'step') {
          found.push(...steps([event]));
          if (`${event.stage} ${event.step}` === breakAt) environment.abort();
        }
      }
      expect((await library.experiment(broken.id))!.state).toBe(breakAt ? 'cancelled' : 'finished');
    }
    expect(found).toEqual(expected);
    const [a, b] = await Promise.all(
      [whole, broken].map(async ({ id }) => measured((await library.experiment(id))!.progress)),
    );
    expect(b).toEqual(a);
  });

  it('broken off, keeps the same intermediate checkpoints as an unbroken one', async () => {
    const library = await tinyLibrary();
    const overrides = ['stages.0.training.checkpointEvery=1', 'evaluation.testSets=[]'];
    const kept = async (id: string) =>
      (await library.checkpoints())
        .filter(({ experiment }) => experiment === id)
        .map(({ step, finished, objective }) => `${objective} ${step}${finished ? '' : ' unfinished'}`)
        .sort();
    const whole = await newExperiment(library, { ...request, overrides });
    await all(runExperiment(environmentOf(library), whole, circumstances));
    const expected = await kept(whole.id);
    expect(expected).toEqual(['CL 5 unfinished', 'CL 6', 'KD 4']);

    const broken = await newExperiment(library, { ...request, overrides });
    for (const breakAt of [3, 4, undefined]) {
      const environment = environmentOf(library);
      for await (const event of runExperiment(environment, (await library.experiment(broken.id))!, circumstances)) {
        if (event.type === 'checkpoint' && event.stage === 'CL' && event.step === breakAt) environment.abort();
      }
      if (breakAt === undefined) continue;
      expect(await kept(broken.id)).toEqual([`CL ${breakAt} unfinished`]);
      if (breakAt === 4) continue;
      // As a closed tab leaves it: the checkpoint is there, the point to resume from is an older one.
      const { state, arrays } = (await library.getTrainingState(broken.id, 0))!;
      const older = { ...(state as object), step: 2, intermediate: { newest: 'gone' } };
      const read = [];
      for await (const array of arrays()) read.push(array);
      await library.putTrainingState(broken.id, 0, { state: older, arrays: read });
    }
    expect(await kept(broken.id)).toEqual(expected);
  });

  it('pauses between two steps and goes on', async () => {
    const library = await tinyLibrary();
    const experiment = await newExperiment(library, request);
    const environment = environmentOf(library);
    const types: string[] = [];
    for await (const event of runExperiment(environment, experiment, circumstances)) {
      if (event.type === 'step' && event.stage === 'CL' && event.step === 2) environment.control.pause();
      if (event.type === 'paused' || event.type === 'resumed') types.push(`${event.type} ${event.step}`);
      if (event.type === 'paused') {
        expect((await library.experiment(experiment.id))!.state).toBe('paused');
        environment.control.resume();
      }
    }
    expect(types).toHaveLength(2);
    expect((await library.experiment(experiment.id))!.state).toBe('finished');
  });

  it('that fails says why, and leaves what was stored', async () => {
    const library = await tinyLibrary();
    const census = async () => [await library.datasets(), await library.checkpoints()];
    const before = await census();
    const overrides = ['stages.0.training.learningRate=1e30', 'evaluation.testSets=[]'];
    const experiment = await newExperiment(library, { ...request, overrides });
    await expect(all(runExperiment(environmentOf(library), experiment, circumstances))).rejects.toThrow(
      /step \d+.*learning rate/is,
    );
    const stored = (await library.experiment(experiment.id))!;
    expect(stored).toMatchObject({ state: 'failed', error: expect.stringMatching(/loss|gradient/) as string });
    const unfinished = (await library.checkpoints()).filter(({ experiment: from }) => from === experiment.id);
    for (const { id } of unfinished) await library.remove('checkpoint', id);
    expect(await census()).toEqual(before);
  });

  it('refuses a run with documents that the collection lacks, and names that are not stored', async () => {
    const library = await tinyLibrary();
    await library.writeRun('strange', new Map([['q0', [{ document: 'x1', rank: 1, score: 1 }]]]));
    const refused = async (override: string, message: RegExp) => {
      const experiment = await newExperiment(library, { ...request, overrides: [override, 'evaluation.testSets=[]'] });
      await expect(all(runExperiment(environmentOf(library), experiment, circumstances))).rejects.toThrow(message);
    };
    await refused(
      'stages.0.data.run=strange',
      /run strange: 1 of its 1 documents are not in the collection animals.*"x1"/s,
    );
    await refused('stages.0.data.run=nowhere', /there is no run named "nowhere"; stored are .*first/);
    await refused('model.base=nothing', /there is no checkpoint "nothing"/);
  });

  it('finds the stage-1 checkpoint of the other objective by itself', async () => {
    const library = await tinyLibrary();
    const first = await newExperiment(library, { ...request, overrides: ['evaluation.testSets=[]'] });
    await all(runExperiment(environmentOf(library), first, circumstances));
    const overrides = ['stages.0.from=auto', 'evaluation.testSets=[]'];
    const second = await newExperiment(library, { ...request, overrides });
    const events = await all(runExperiment(environmentOf(library), second, circumstances));
    expect(events).toContainEqual({ type: 'note', message: 'CL starts from the checkpoint tiny CL→KD' });
  });
});
