import { describe, expect, it } from 'vitest';
import { SamplingExplainer } from '../../src/experiments/explain-sampling';
import { SAMPLING_DEFAULTS } from '../../src/recipes/defaults';
import { createSampler } from '../../src/training/sampler';
import { tinyQrels, tinyRun } from '../training/tiny';
import { tinyLibrary } from './tiny-library';

describe('SamplingExplainer', () => {
  it('walks through an epoch of stored data in the order of training', async () => {
    const library = await tinyLibrary();
    const [run, qrels] = await Promise.all([
      library.datasetNamed('run', 'first'),
      library.datasetNamed('qrels', 'animals'),
    ]);
    const sampling = { ...SAMPLING_DEFAULTS.CL, trainSampleSize: 4, trainSampleDepth: 20 };
    const explainer = new SamplingExplainer(library);
    const ask = (query?: string, epoch = 1, seed = 7) =>
      explainer.answer({ run: run!.id, qrels: qrels!.id, sampling, seed, epoch, ...(query ? { query } : {}) });
    const sampler = createSampler(tinyRun, tinyQrels, sampling, 7);
    const lists = sampler.queries.map((_, i) => sampler.list(1, i));

    let answer = await ask();
    expect(answer.previous).toBeUndefined();
    const seen = [answer.explained!.list];
    while (answer.next !== undefined) {
      answer = await ask(answer.next);
      seen.push(answer.explained!.list);
    }
    expect(seen).toEqual(lists);
    expect(answer).toMatchObject({ queries: lists.length, dropped: [...sampler.dropped] });
    // The same query in another epoch, and with another seed, is drawn anew.
    const { query } = lists[0]!;
    const draws = [await ask(query), await ask(query, 2), await ask(query, 1, 8)];
    expect(new Set(draws.map(({ explained }) => JSON.stringify(explained!.list))).size).toBe(3);
    await expect(ask('nobody')).rejects.toThrow('query nobody');
  });

  it('needs no judgements where ranks are labels, and does without a list where there is none', async () => {
    const library = await tinyLibrary();
    const run = (await library.datasetNamed('run', 'teacher'))!;
    const explainer = new SamplingExplainer(library);
    const sampling = { ...SAMPLING_DEFAULTS.KD, trainSampleSize: 3 };
    const answer = await explainer.answer({ run: run.id, sampling, seed: 1, epoch: 0 });
    expect(answer.explained!.list!.labels).toHaveLength(3);
    const none = { ...sampling, minNumRelevant: 1000 };
    const empty = await explainer.answer({ run: run.id, sampling: none, seed: 1, epoch: 0 });
    expect(empty).toMatchObject({ queries: 0, dropped: [{ reason: 'too few relevant documents', count: 12 }] });
    expect(empty.explained).toBeUndefined();
  });
});
