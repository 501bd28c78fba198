import { beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/formats/records';
import { rerank } from '../../src/reranking/rerank';
import { LOSSES } from '../../src/training/losses/losses';
import { validate, validationLists } from '../../src/training/validation';
import { openWasm } from './on-wasm';
import { tinyModel, tinyQrels, tinyRun, tinyTexts } from './tiny';

beforeAll(openWasm);

describe('validationLists', () => {
  it('takes each judged query’s ranking to the depth, unjudged documents with −1', () => {
    const run: Run = new Map([
      ['a', ['x', 'y', 'z'].map((document, i) => ({ document, rank: i + 1, score: -i }))],
      ['b', [{ document: 'x', rank: 1, score: 1 }]],
    ]);
    const lists = validationLists(
      run,
      new Map([
        [
          'a',
          new Map([
            ['y', 3],
            ['w', 1],
          ]),
        ],
      ]),
      2,
    );
    expect(lists).toEqual([{ query: 'a', docs: ['x', 'y'], labels: [-1, 3] }]);
  });
});

describe('validate', () => {
  it('hands the measures the same run that re-ranking makes', async () => {
    const model = await tinyModel();
    const lists = validationLists(tinyRun, tinyQrels, 8);
    const seen: Run[] = [];
    const measure = (run: Run) => (seen.push(run), { 'nDCG@10': 0.5 });
    const result = await validate(model, { lists, texts: tinyTexts, measure }, LOSSES.RankNet);
    expect(result.measures['nDCG@10']).toBe(0.5);
    let run: Run = new Map();
    for await (const event of rerank({ model, ...tinyTexts, run: tinyRun, depth: 8 }))
      if (event.type === 'run') run = event.run;
    expect([...seen[0]!.keys()]).toEqual([...run.keys()]);
    for (const [query, ranking] of run) {
      expect(seen[0]!.get(query)!.map(({ document }) => document)).toEqual(ranking.map(({ document }) => document));
    }
    const scores = [...run.values()].flat().map(({ score }) => score);
    expect(result.measures['score mean']).toBeCloseTo(scores.reduce((a, b) => a + b) / scores.length, 5);
    model.dispose();
  });

  it('takes the mean over the terms of all lists, without those that teach nothing', async () => {
    const model = await tinyModel();
    const lists = validationLists(tinyRun, tinyQrels, 8);
    const lossOf = async (some: typeof lists) => {
      const validation = { lists: some, texts: tinyTexts, measure: () => ({}) };
      return (await validate(model, validation, LOSSES.LocalizedContrastive)).loss;
    };
    const alone = [await lossOf(lists.slice(0, 1)), await lossOf(lists.slice(1, 2))];
    const useless = { ...lists[2]!, labels: lists[2]!.labels.map(() => -1) };
    expect(await lossOf([lists[0]!, useless, lists[1]!])).toBeCloseTo((alone[0]! + alone[1]!) / 2, 5);
    expect(alone[0]).not.toBeCloseTo(alone[1]!, 3);
    model.dispose();
  });
});
