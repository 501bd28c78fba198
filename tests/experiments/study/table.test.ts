import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { holm } from '../../../src/evaluation/holm';
import { pairedTTest } from '../../../src/evaluation/t-test';
import {
  PUBLISHED,
  PUBLISHED_FIRST_STAGE,
  STUDY_MODELS,
  STUDY_OBJECTIVES,
  STUDY_TEST_SETS,
} from '../../../src/experiments/study/published';
import {
  experimentsIn,
  objectivePaths,
  studyModel,
  studyTable,
  type StudyTable,
} from '../../../src/experiments/study/table';
import { parseRecipe } from '../../../src/recipes/parse-recipe';
import type { Recipe } from '../../../src/recipes/recipe';
import { reported, system } from './reported';

const cell = (table: StudyTable, family: string | undefined, objectives: string, testSet: string) =>
  table.rows.find((row) => row.model?.family === family && row.objectives === objectives)!.cells[
    table.columns.findIndex(({ name }) => name === testSet)
  ]!;

const BM25 = [0.5, 0.4, 0.6, 0.5, 0.45];
const CL = [0.7, 0.65, 0.7, 0.72, 0.69];
const CL_KD = [0.71, 0.6, 0.75, 0.74, 0.7];
const TWO_STAGES =
  'name: mine\nmodel: { base: google/electra-base-discriminator }\nstages: [{objective: CL}, {objective: KD}]';

describe('studyTable', () => {
  it('has its rows, its columns and the published values without any experiment', () => {
    const table = studyTable([]);
    expect(table.columns.map(({ name }) => name)).toEqual(STUDY_TEST_SETS.map(({ name }) => name));
    expect(table.rows.map(({ model, objectives }) => `${model?.family ?? ''} ${objectives}`)).toEqual([
      ' first stage',
      ...['bert', 'electra', 'roberta'].flatMap((family) => STUDY_OBJECTIVES.map((path) => `${family} ${path}`)),
    ]);
    expect(cell(table, undefined, 'first stage', 'dl20')).toEqual({ published: 0.4769 });
    expect(cell(table, 'electra', 'KD→CL', 'dl19')).toEqual({ published: 0.7304 });
    expect(cell(table, 'electra', 'KD→CL', 'nq')).toEqual({});
    expect(cell(table, 'bert', 'CL', 'dl19')).toEqual({});
    expect(experimentsIn(table)).toEqual([]);
  });

  it('fills a cell for each stage, compared with the first stage, corrected by column', () => {
    const systems = [system('BM25', BM25), system('before training', BM25), system('CL', CL), system('CL→KD', CL_KD)];
    const table = studyTable([reported(1, TWO_STAGES, { dl19: systems })]);
    expect(cell(table, undefined, 'first stage', 'dl19').ours).toMatchObject({
      value: expect.closeTo(0.49, 12) as number,
      over: 'BM25',
      best: false,
    });
    expect(cell(table, undefined, 'first stage', 'dl19').ours!.compared).toBeUndefined();
    const ps = [CL, CL_KD].map((values) => pairedTTest(values, BM25).p);
    const corrected = holm(ps);
    for (const [i, path] of ['CL', 'CL→KD'].entries()) {
      const { ours, published } = cell(table, 'electra', path, 'dl19');
      expect(ours).toMatchObject({ experiment: { id: 'e1', name: 'mine' }, queries: 5, best: i === 1 });
      expect(ours!.compared!.p).toBe(ps[i]);
      expect(ours!.compared!.corrected).toBe(corrected[i]);
      expect(published).toBeDefined();
    }
    expect(cell(table, 'electra', 'KD', 'dl19').ours).toBeUndefined();
    expect(cell(table, 'bert', 'CL', 'dl19').ours).toBeUndefined();
    expect(experimentsIn(table)).toEqual(['e1']);
  });

  it('compares with another row of the model, even of another experiment, over the common queries', () => {
    const single = 'name: mine too\nmodel: { base: google/electra-base-discriminator }\nobjective: CL';
    const table = studyTable(
      [
        reported(1, TWO_STAGES, { dl19: [system('BM25', BM25), system('CL→KD', CL_KD)] }),
        reported(2, single, { dl19: [system('BM25', BM25.slice(0, 4)), system('CL', CL.slice(0, 4))] }),
      ],
      'CL',
    );
    expect(cell(table, 'electra', 'CL→KD', 'dl19').ours!.compared).toMatchObject({
      p: pairedTTest(CL_KD.slice(0, 4), CL.slice(0, 4)).p,
    });
    expect(cell(table, 'electra', 'CL', 'dl19').ours!.compared).toBeUndefined();
    expect(cell(table, undefined, 'first stage', 'dl19').ours!.compared).toBeUndefined();
  });

  it('shows the newest of several values, and the column’s own measure', () => {
    const yaml = 'name: bert-cl';
    const dev = (value: number) => ({ devsmall: [system('BM25', [0.1], 'RR@10'), system('CL', [value], 'RR@10')] });
    const table = studyTable([reported(5, yaml, dev(0.3)), reported(9, yaml, dev(0.2)), reported(2, yaml, dev(0.4))]);
    expect(cell(table, 'bert', 'CL', 'devsmall').ours).toMatchObject({ value: 0.2, experiment: { id: 'e9' } });
    // One query is too few for a test: no p, no mark.
    expect(cell(table, 'bert', 'CL', 'devsmall').ours!.compared!.corrected).toBeNaN();
    // Measured by something else only.
    const other = studyTable([reported(1, yaml, { dl19: [system('BM25', [0.1], 'AP'), system('CL', [0.2], 'AP')] })]);
    expect(cell(other, 'bert', 'CL', 'dl19')).toEqual({});
  });
});

describe('studyModel', () => {
  const of = (yaml: string, family?: 'electra') => studyModel(reported(1, yaml, {}, family))?.family;
  it('goes by the base, then the name, then the checkpoints', () => {
    expect(of('name: x\nmodel: { base: FacebookAI/roberta-base }')).toBe('roberta');
    expect(of('name: electra-cl-kd\nmodel: { base: /models/mine }')).toBe('electra');
    expect(of('name: mine\nmodel: { base: /models/mine }', 'electra')).toBe('electra');
    expect(of('name: bertha\nmodel: { base: /models/mine }')).toBeUndefined();
  });
});

describe('objectivePaths', () => {
  it('follows where stages start from', () => {
    const paths = (yaml: string) => objectivePaths(parseRecipe(yaml, 'x.yaml').stages);
    expect(paths('stages: [{objective: CL}, {objective: KD}]')).toEqual(['CL', 'CL→KD']);
    expect(paths('stages: [{objective: KD, from: auto}]')).toEqual(['CL→KD']);
    expect(paths('stages: [{objective: CL}, {objective: KD, from: base}]')).toEqual(['CL', 'KD']);
    expect(paths('stages: [{objective: CL, from: my checkpoint}, {objective: KD}]')).toEqual([undefined, undefined]);
  });
});

describe('the published values', () => {
  it('are those of the study’s recipes', () => {
    const folder = join(import.meta.dirname, '../../../configs/experiments');
    const study = readdirSync(folder).filter((file) => /^(bert|electra|roberta)-(cl|kd|cl-kd|kd-cl)\.yaml$/.test(file));
    expect(study).toHaveLength(12);
    const seen = new Set<string>();
    for (const file of study) {
      const recipe = parse(readFileSync(join(folder, file), 'utf8')) as Pick<Recipe, 'expected' | 'model'>;
      const family = STUDY_MODELS.find(({ base }) => base === recipe.model.base)!.family;
      for (const [of, sets] of Object.entries(recipe.expected ?? {})) {
        const published = of === 'first stage' ? PUBLISHED_FIRST_STAGE : PUBLISHED[family]![of]!;
        const values = Object.entries(sets).map(([testSet, values]) => {
          const { measure } = STUDY_TEST_SETS.find(({ name }) => name === testSet)!;
          return [testSet, values[measure]];
        });
        expect(Object.fromEntries(values), `${file}, ${of}`).toEqual(published);
        seen.add(`${family} ${of}`);
      }
    }
    for (const [family, paths] of Object.entries(PUBLISHED))
      for (const path of Object.keys(paths)) expect(seen).toContain(`${family} ${path}`);
  });
});
