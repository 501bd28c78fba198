import { expect, it } from 'vitest';
import type { ExperimentReport } from '../../src/experiments/report';
import { rerunHere } from '../../src/experiments/rerun-here';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import type { Checkpoint, Dataset, DatasetKind } from '../../src/storage/entries';

const RECIPE = `
name: mine
model: { base: models/mini }
objective: KD
data: { collection: data/c.tsv, queries: q, run: { rankgpt: { permutations: data/p.json, retrieved: data/r.jsonl } } }
evaluation: { testSets: [{ name: t, collection: data/c.tsv, queries: gone, qrels: old, run: { bm25: {} } }] }
`;
const used = (kind: DatasetKind, reference: string, name: string, checksum: string) => ({
  ...{ kind, reference, name, checksum },
  ...{ count: 1, bytes: 1, source: '' },
});
const report = {
  name: 'mine',
  finishedAt: '2026-01-01',
  recipe: parseRecipe(RECIPE, 'mine.yaml'),
  data: [
    used('collection', 'data/c.tsv', 'c.tsv', 'aa'),
    used('queries', 'q', 'q', 'bb'),
    used('run', 'data/p.json', 'p-train', 'cc'),
    used('qrels', 'old', 'old', 'dd'),
  ],
  models: [{ reference: 'models/mini', name: 'mini', source: '', parameters: 1, checksum: 'ee' }],
  testSets: [],
} as unknown as ExperimentReport;

const dataset = (kind: DatasetKind, name: string, checksum?: string) => ({ kind, name, checksum }) as Dataset;

it("finds a report's data by reference, checksum or name, and leaves what is not there", () => {
  const { recipe, earlier } = rerunHere(report, {
    datasets: [
      dataset('collection', 'c.tsv', 'other content'),
      dataset('collection', 'passages', 'aa'),
      dataset('queries', 'q', 'changed'),
      dataset('run', 'p-train'),
      dataset('queries', 'old', 'dd'),
    ],
    checkpoints: [{ id: '1', name: 'mini' } as Checkpoint],
  });
  expect(recipe.model.base).toBe('mini');
  expect(recipe.stages[0]!.data).toEqual({ collection: 'passages', queries: 'q', run: 'p-train' });
  expect(recipe.evaluation.testSets[0]).toMatchObject({
    ...{ collection: 'passages', queries: 'gone', qrels: 'old' },
    run: { bm25: { k1: 0.9 } },
  });
  // What is compared goes by the new names, with the old checksums.
  expect(earlier.data!.map(({ kind, reference, checksum }) => `${kind} ${reference} ${checksum}`)).toEqual([
    'collection passages aa',
    'queries q bb',
    'run p-train cc',
    'qrels old dd',
  ]);
  expect(earlier.models![0]).toMatchObject({ reference: 'mini', checksum: 'ee' });
});
