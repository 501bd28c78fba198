import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newestOf } from '../../headless/verbs/rerank.ts';
import { DOMAINS, domainOf, studyRecipe, studyRun } from '../../headless/verbs/study-flags.ts';
import { CATALOGUE } from '../../headless/public-data.ts';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import type { Checkpoint } from '../../src/storage/entries';

const NOTHING = { rate: false, start: false };

function recipeOf(words: Record<string, string>, given = NOTHING) {
  const { recipeFile, overrides } = studyRecipe(studyRun(words, 'recipe')!, given);
  return parseRecipe(readFileSync(recipeFile, 'utf8'), recipeFile, overrides, CATALOGUE.testSets);
}

describe("the study's flags", () => {
  it('-f 1 -c roberta -m KD is the recipe roberta-kd', () => {
    const recipe = recipeOf({ stage: '1', encoder: 'roberta', objective: 'KD' });
    expect(recipe).toMatchObject({ name: 'roberta-kd', model: { base: 'FacebookAI/roberta-base' } });
    expect(recipe.stages).toMatchObject([{ objective: 'KD', from: 'base', training: { learningRate: 1e-5 } }]);
  });

  it('-f 2 goes on from the newest checkpoint of the other objective, at the rate of the study or the one that is given', () => {
    const words = { stage: '2', encoder: 'electra', objective: 'CL' };
    const recipe = recipeOf(words);
    expect(recipe.name).toBe('electra-kd-cl');
    expect(recipe.stages).toMatchObject([{ objective: 'CL', from: 'auto', training: { learningRate: 6e-12 } }]);
    expect(recipeOf(words, { rate: true, start: false }).stages[0]!.training.learningRate).toBe(1e-5);
    expect(recipeOf(words, { rate: false, start: true }).stages[0]!.from).toBe('base');
  });

  it('-d names test sets that configs/data knows', () => {
    expect(domainOf({ domain: 'indomain' })).toEqual(['dl19', 'dl20', 'dlhard', 'devsmall']);
    expect(Object.values(DOMAINS).flat().sort()).toEqual(Object.keys(CATALOGUE.testSets).sort());
    expect(domainOf({})).toBeUndefined();
    expect(() => domainOf({ domain: 'beir' })).toThrow('-d/--domain: expected indomain or outdomain, found beir');
  });

  it('want all three of -f, -c and -m, and nothing that says the same', () => {
    expect(studyRun({}, 'recipe')).toBeUndefined();
    expect(() => studyRun({ stage: '1', encoder: 'bert' }, 'recipe')).toThrow('-m/--objective CL|KD is missing');
    expect(() => studyRun({ stage: '3', encoder: 'bert', objective: 'CL' }, 'recipe')).toThrow(
      'expected 1 or 2, found 3',
    );
    expect(() => studyRun({ encoder: 'bert', recipe: 'x.yaml' }, 'recipe')).toThrow(
      '--recipe and -c/--encoder say the same: give --recipe, or -f, -c and -m',
    );
  });
});

describe('the checkpoint of -f, -c and -m', () => {
  const stored = (id: string, objective: 'CL' | 'KD' | undefined, createdAt: number, more: Partial<Checkpoint> = {}) =>
    ({
      id,
      name: id,
      family: 'bert',
      finished: true,
      createdAt,
      ...(objective && { objective }),
      ...more,
    }) as Checkpoint;
  const all = [
    stored('base', undefined, 0),
    stored('cl', 'CL', 1, { from: 'base' }),
    stored('cl newer', 'CL', 2, { from: 'base' }),
    stored('cl→kd', 'KD', 3, { from: 'cl' }),
    stored('point', 'CL', 4, { from: 'base', finished: false }),
  ];

  it('is the newest finished one of that stage', () => {
    expect(newestOf({ stage: 1, encoder: 'bert', objective: 'CL' }, all).id).toBe('cl newer');
    expect(newestOf({ stage: 2, encoder: 'bert', objective: 'KD' }, all).id).toBe('cl→kd');
    expect(() => newestOf({ stage: 1, encoder: 'bert', objective: 'KD' }, all)).toThrow(
      /-f 1 -c bert -m KD: no finished checkpoint of it is stored; there are cl \(bert, CL, stage 1\), .*cl→kd \(bert, KD, stage 2\)/,
    );
  });
});
