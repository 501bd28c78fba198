import { describe, expect, it } from 'vitest';
import { checkData } from '../../src/experiments/check-data';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import { environmentOf, tinyLibrary } from './tiny-library';

const RECIPE = `
model: { base: tiny }
data: { collection: animals, queries: animals, qrels: animals, run: first }
stages: [{ objective: CL }]
evaluation:
  testSets: [{ name: zoo, collection: animals, queries: animals, qrels: animals, run: first }]
`;

async function check(library: Awaited<ReturnType<typeof tinyLibrary>>, ...overrides: string[]): Promise<Set<string>> {
  const environment = { ...environmentOf(library), checkedRuns: new Set<string>() };
  for await (const _ of checkData(environment, parseRecipe(RECIPE, 'r.yaml', overrides)));
  return environment.checkedRuns;
}

describe('the check before an experiment', () => {
  it('passes what is there, and looks up the documents of a run once', async () => {
    const library = await tinyLibrary();
    expect((await check(library)).size).toBe(1);
  });

  it('tells all that is missing at once', async () => {
    const library = await tinyLibrary();
    const failing = check(
      library,
      'model.base=nobody',
      'model.head=head.json',
      'data.queries=none',
      'evaluation.testSets.0.qrels=unjudged',
    );
    await expect(failing).rejects.toThrow(
      /^4 things are missing or do not fit: there is no checkpoint "nobody".*; head\.json: this file was not handed over.*; data\.queries: there is no queries named "none".*; data\.qrels: there is no qrels named "unjudged"/,
    );
  });

  it('tells of a run that was made from other queries or documents', async () => {
    const library = await tinyLibrary();
    const line = (document: string) => [{ document, rank: 1, score: 1 }];
    await library.writeRun('others', new Map([['x1', line('d1')], ['x2', line('d2')]])); // prettier-ignore
    await library.writeRun('strange', new Map([['q0', line('nowhere')]]));
    await expect(check(library, 'data.run=others', 'evaluation.testSets.0.run=strange')).rejects.toThrow(
      /^2 things.*CL: data: the run others and the qrels animals have no query in common; run strange: 1 of its 1 documents are not in the collection animals, the first is "nowhere"/,
    );
    // Without judgements each ranking is learnt from.
    const lists = ['data={ collection: animals, queries: animals, run: others }', 'stages.0.objective=KD'];
    await expect(check(library, ...lists)).rejects.toThrow(
      'run others: 2 of its 2 queries are not among the queries animals, the first is "x1"',
    );
  });
});
