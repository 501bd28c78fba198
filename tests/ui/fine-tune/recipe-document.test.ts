import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRecipe } from '../../../src/recipes/parse-recipe';
import { TEST_SETS } from '../../../src/ui/fine-tune/public-data';
import { addTestSet, dropTestSets, readForm, replaceData, writeValue } from '../../../src/ui/fine-tune/recipe-document';

const folder = join(import.meta.dirname, '../../../configs/experiments');
const presets = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
const TWO = `# Mine.
name: two
model: { base: tiny }
stages:
  - objective: CL
    data: { collection: c, queries: q, qrels: j, run: { bm25: {} } }
  - name: teacher
    objective: KD
    data: { collection: c, queries: q, run: lists }
    training: { maxSteps: 5 } # few
evaluation:
  testSets:
    - { name: t1, collection: c, queries: q1, qrels: j, run: r, measures: &m [AP] }
    - { name: t2, collection: other, queries: q2, qrels: j, run: r, measures: *m }
`;

describe.each(presets)('%s', (_name, yaml) => {
  test('shows all its stages and test sets, and stays the same recipe when a value is written as it is', () => {
    const form = readForm(yaml)!;
    const parsed = (text: string) => parseRecipe(text, 'recipe', [], TEST_SETS);
    const recipe = parsed(yaml);
    expect(form.stages).toHaveLength(recipe.stages.length);
    expect(form.testSets).toBe(recipe.evaluation.testSets.length);
    expect(form.base).toBe(recipe.model.base);
    expect(form.data.filter((block) => block.testSet !== undefined)).toHaveLength(form.testSets);
    expect(parsed(writeValue(yaml, ['model', 'base'], recipe.model.base))).toEqual(recipe);
  });
});

test('the form of two stages', () => {
  const form = readForm(TWO)!;
  expect(form.data.map((block) => block.title)).toEqual([
    'CL learns from',
    'teacher learns from',
    'Test on t1',
    'Test on t2',
  ]);
  expect(form.data[0]!.run).toEqual({ bm25: true });
  const setting = (stage: number, key: string) => form.stages[stage]!.settings.find((one) => one.key === key)!;
  expect(setting(1, 'maxSteps')).toMatchObject({ value: 5, path: ['stages', 1, 'training', 'maxSteps'] });
  // What is left out shows the default of the stage's own objective.
  expect(setting(0, 'trainSampleSize')).toMatchObject({ default: 100 });
  expect(setting(0, 'trainSampleSize').value).toBeUndefined();
  expect(setting(1, 'trainSampleSize')).toMatchObject({ default: 20 });
});

test('writing a value keeps comments, and undefined takes it out', () => {
  const more = writeValue(TWO, ['stages', 1, 'training', 'maxSteps'], 9);
  expect(more).toContain('# Mine.');
  expect(more).toContain('# few');
  expect(parseRecipe(more, 'x').stages[1]!.training.maxSteps).toBe(9);
  const less = writeValue(TWO, ['stages', 1, 'training', 'maxSteps'], undefined);
  expect(less).not.toContain('maxSteps');
});

test('LoRA is on while any of its settings is said', () => {
  const on = writeValue(writeValue(TWO, ['model', 'lora', 'rank'], 4), ['model', 'lora', 'targets'], ['key', 'value']);
  expect(parseRecipe(on, 'x').model.lora).toEqual({ rank: 4, alpha: 8, dropout: 0, targets: ['key', 'value'] });
  const settings = readForm(on)!.model.filter(({ key }) => key.startsWith('lora.'));
  expect(settings.map(({ key, value }) => [key, value])).toEqual([
    ['lora.rank', 4],
    ['lora.alpha', undefined],
    ['lora.dropout', undefined],
    ['lora.targets', 'key, value'],
  ]);
  const off = writeValue(writeValue(on, ['model', 'lora', 'rank'], undefined), ['model', 'lora', 'targets'], undefined);
  expect(parseRecipe(off, 'x').model.lora).toBeUndefined();
  expect(parseRecipe(off, 'x').model.base).toBe('tiny');
});

test('a data set is replaced wherever it is named', () => {
  const changed = replaceData(TWO, 'collection', 'c', 'mine');
  expect(readForm(changed)!.data.map((block) => block.collection)).toEqual(['mine', 'mine', 'mine', 'other']);
  const run = replaceData(TWO, 'run', 'r', { bm25: { k1: 0.9, b: 0.4, depth: 10 } });
  expect(parseRecipe(run, 'x').evaluation.testSets.map((set) => set.run)).toEqual([
    { bm25: { k1: 0.9, b: 0.4, depth: 10 } },
    { bm25: { k1: 0.9, b: 0.4, depth: 10 } },
  ]);
});

test('test sets leave and come; what was said by reference is said in full', () => {
  const dropped = parseRecipe(dropTestSets(TWO, [0]), 'x');
  expect(dropped.evaluation.testSets).toMatchObject([{ name: 't2', measures: ['AP'] }]);
  const added = parseRecipe(addTestSet(TWO, 't3', { collection: 'c', queries: 'q', qrels: 'j' }), 'x');
  expect(added.evaluation.testSets.map((set) => set.name)).toEqual(['t1', 't2', 't3']);
  const first = addTestSet('name: x\nmodel: { base: m }\n', 't', { collection: 'c', queries: 'q', qrels: 'j' });
  expect(readForm(first)!.testSets).toBe(1);
});

test('what is not YAML has no form', () => {
  expect(readForm('name: [')).toBeUndefined();
  expect(readForm('just words')).toBeUndefined();
});

test('a test set that is only named is shown as what it means, and written out when something in it changes', () => {
  const named = TWO.replace(/ {2}testSets:[^]*/, '  testSets: [dl19, arguana]\n');
  const titles = readForm(named)!.data.map(({ title, queries, run }) => [title, queries, run]);
  expect(titles.slice(2)).toEqual([
    ['Test on dl19', 'dl19', 'dl19-bm25'],
    ['Test on arguana', 'arguana', { bm25: true }],
  ]);
  expect(writeValue(named, ['name'], 'other')).toContain('testSets: [ dl19, arguana ]');
  expect(dropTestSets(named, [0])).toMatch(/testSets:\s+- arguana/);
  const changed = replaceData(named, 'run', 'dl19-bm25', 'mine');
  expect(changed).toMatch(/arguana \]\n$/);
  expect(parseRecipe(changed, 'x', [], TEST_SETS).evaluation.testSets.map(({ name, run }) => [name, run])).toEqual([
    ['dl19', 'mine'],
    ['arguana', { bm25: { k1: 0.9, b: 0.4, depth: 100 } }],
  ]);
});
