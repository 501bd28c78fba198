import { beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/formats/records';
import { readData } from '../../src/experiments/data-sources';
import type { RunSource } from '../../src/recipes/recipe';
import { fuseByReciprocalRank } from '../../src/retrieval/reciprocal-rank-fusion';
import type { Library } from '../../src/storage/library';
import { environmentOf, tinyLibrary } from './tiny-library';

const documents = (run: Run) => [...run.values()].map((ranking) => ranking.map(({ document }) => document));

describe('a first stage of a recipe', () => {
  let library: Library;
  beforeAll(async () => {
    library = await tinyLibrary();
  });

  async function made(run: RunSource) {
    const data = { collection: 'animals', queries: 'animals', qrels: 'animals', run };
    const steps = readData(environmentOf(library), data);
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
    }
  }

  test('searches by a checkpoint’s vectors, or its late interaction', async () => {
    const dense = await made({ dense: { checkpoint: 'tiny', depth: 5 } });
    const late = await made({ lateInteraction: { checkpoint: 'tiny', depth: 5 } });
    expect(dense.system).toBe('dense (tiny)');
    expect(late.system).toBe('late interaction (tiny)');
    for (const { run } of [dense, late]) {
      expect(run.size).toBe((await library.readRun((await library.datasetNamed('run', 'first'))!.id)).size);
      for (const ranking of run.values()) {
        expect(ranking.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
        const scores = ranking.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }
    }
    expect(documents(dense.run)).not.toEqual(documents(late.run));
  });

  test('re-ranks a stored run: the same documents, another order', async () => {
    const first = await made('first');
    const again = await made({ lateInteraction: { checkpoint: 'tiny', depth: 4, run: 'first' } });
    for (const [query, ranking] of again.run) {
      const before = first.run
        .get(query)!
        .slice(0, 4)
        .map(({ document }) => document);
      expect(ranking.map(({ document }) => document).sort()).toEqual([...before].sort());
    }
    expect(documents(again.run)).not.toEqual(documents(first.run).map((ids) => ids.slice(0, 4)));
  });

  test('fuses others', async () => {
    const parts = [await made('first'), await made({ dense: { checkpoint: 'tiny', depth: 5 } })];
    const fused = await made({ fuse: ['first', { dense: { checkpoint: 'tiny', depth: 5 } }] });
    const deepest = Math.max(...parts.flatMap(({ run }) => [...run.values()].map(({ length }) => length)));
    expect(fused.run).toEqual(fuseByReciprocalRank(parts.map(({ run }) => run), deepest)); // prettier-ignore
    expect(fused.system).toBe('first + dense (tiny)');
  });

  test('names a checkpoint that is not there', async () => {
    await expect(made({ dense: { checkpoint: 'nowhere', depth: 5 } })).rejects.toThrow('nowhere');
  });
});
