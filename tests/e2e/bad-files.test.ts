/** Bad input through the page: each a clear message, and the library as it was. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles, openStudio, SMALL, storedRow, TINY_MODEL, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const item = (name: string) => studio.page.getByRole('article', { name, exact: true });
const many = Array.from({ length: 400 }, (_, i) => `d${i}\tThe text of document ${i}.`);

test('a few bad lines are left out and shown with their numbers', async () => {
  const { page, file } = studio;
  await importFiles(studio, [file('some.tsv', [...many.slice(0, 6), 'a line without a tab', ...many.slice(6)])]);
  await storedRow(page, 'some').waitFor();
  expect(await storedRow(page, 'some').innerText()).toMatch(/\b400\b/);
  expect(await item('some.tsv').innerText()).toMatch(/some\.tsv:7[\s\S]*a line without a tab/);
});

test('over 1% bad lines asks; stopping keeps nothing, going on keeps the good ones', async () => {
  const { page, file } = studio;
  const half = file('half.tsv', [...many.slice(0, 40), ...many.slice(0, 40).map(() => 'no tab here')]);
  await studio.go('data');
  await page.getByLabel('Drop files or folders here, or choose files').setInputFiles(half);
  // Half of its lines fit nothing: the user says what it is.
  await item('half.tsv').getByLabel('It is').selectOption('collection');
  await page.getByRole('button', { name: 'Import 1 item' }).click();
  await item('half.tsv').getByRole('button', { name: 'Stop, keep nothing' }).click();
  await item('half.tsv').getByLabel('It is').waitFor();
  expect(await storedRow(page, 'half').count()).toBe(0);

  await page.getByRole('button', { name: 'Import 1 item' }).click();
  await item('half.tsv').getByRole('button', { name: 'Go on without them' }).click();
  await storedRow(page, 'half').waitFor();
  expect(await storedRow(page, 'half').innerText()).toMatch(/\b40\b/);
});

test('an id that comes twice fails the import, and names the id', async () => {
  const { page, file } = studio;
  await importFiles(studio, [file('twice.tsv', [...many.slice(0, 5), 'd3\tAnother text.'])]);
  await item('twice.tsv').getByText('failed', { exact: true }).waitFor();
  expect(await item('twice.tsv').innerText()).toContain('d3');
  expect(await storedRow(page, 'twice').count()).toBe(0);
});

test('what is no data is said to be none, and its kind can be chosen', async () => {
  const { page, file } = studio;
  await studio.go('data');
  await page
    .getByLabel('Drop files or folders here, or choose files')
    .setInputFiles([
      file('README.md', [
        'This folder has the notes of last year.',
        '',
        'Ask the librarian where the other years are kept.',
      ]),
    ]);
  await item('README.md').getByText('expected columns').waitFor();
  expect(await item('README.md').getByLabel('It is').inputValue()).toBe('');
  await page.getByRole('button', { name: 'Take README.md off the list' }).click();
  expect(await item('README.md').count()).toBe(0);
});

test('a truncated model is refused by name, and nothing of it is kept', async () => {
  const { page, folder, go } = studio;
  const broken = join(folder, 'broken');
  mkdirSync(broken);
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    copyFileSync(join(TINY_MODEL, name), join(broken, name));
  }
  const weights = readFileSync(join(TINY_MODEL, 'model.safetensors'));
  writeFileSync(join(broken, 'model.safetensors'), weights.subarray(0, weights.length / 2));
  await go('data');
  await page.getByLabel('Choose a model’s folder').setInputFiles(broken);
  await page.getByRole('button', { name: 'Import 1 item' }).click();
  const model = item('Model broken');
  await model.getByText('failed', { exact: true }).waitFor();
  expect(await model.innerText()).toContain('model.safetensors');
  expect(await page.getByRole('rowheader', { name: /^broken/ }).count()).toBe(0);
});

test('an unknown key of a recipe is named with its line while it is typed, and cannot be started', async () => {
  const { page, go } = studio;
  await go('fine-tune');
  const editor = page.getByLabel('The recipe as YAML');
  await editor.fill('name: x\ntrainign: { loss: RankNet }\n');
  const problem = page.getByText(/unknown key/);
  await problem.waitFor();
  expect(await problem.innerText()).toMatch(/line 2[\s\S]*trainign[\s\S]*training/);
  expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
});

test('a recipe that names data that is not here cannot be started, and says which', async () => {
  const { page, file, go } = studio;
  await importFiles(studio, [file('mine.tsv', SMALL.collection)]);
  await storedRow(page, 'mine').waitFor();
  await go('fine-tune');
  await page.getByRole('combobox', { name: 'Recipe', exact: true }).selectOption('bert-cl');
  await page.getByRole('group', { name: 'Data that is not here' }).getByText('msmarco-passage').waitFor();
  expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
});
