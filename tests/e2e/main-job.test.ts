/** The main job through the page: bring files and a model, fine-tune, search, read the result, come back later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles, openStudio, SMALL, storedRow, TINY_MODEL, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const STEPS = '4';

test('files of a collection are recognised and imported', async () => {
  const { page, file } = studio;
  await importFiles(studio, [
    file('notes.tsv', SMALL.collection),
    file('questions.tsv', SMALL.queries),
    file('judged.txt', SMALL.qrels),
  ]);
  await storedRow(page, 'judged').waitFor();
  expect(await storedRow(page, 'notes').innerText()).toMatch(/\b32\b/);
  expect(await storedRow(page, 'questions').innerText()).toMatch(/\b16\b/);

  await page.getByRole('link', { name: 'notes', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find in notes' }).fill('lighthouses need');
  await page.getByText('1 found').waitFor();
  expect(await page.getByRole('region', { name: 'documents of notes' }).innerText()).toContain('p50');
});

test('a model is imported from its folder', async () => {
  const { page, go } = studio;
  await go('data');
  await page.getByLabel('Choose a model’s folder').setInputFiles(TINY_MODEL);
  await page.getByRole('textbox', { name: 'Name' }).fill('tiny');
  await page.getByRole('button', { name: 'Import 1 item' }).click();
  await page.getByRole('rowheader', { name: /^tiny/ }).waitFor();
});

test('a recipe is fitted to the data and trains', async () => {
  const { page, go } = studio;
  await go('fine-tune');
  await page.getByRole('combobox', { name: 'Recipe', exact: true }).selectOption('demo-cl');
  const instead = async (what: string, option: string) => {
    await page.getByRole('combobox', { name: `In place of the ${what}` }).selectOption(option);
  };
  await instead('collection demo', 'notes (32)');
  for (const split of ['train', 'test']) {
    await instead(`queries demo-${split}`, 'questions (16)');
    await instead(`judgements demo-${split}`, 'judged (16)');
  }
  await page.getByRole('combobox', { name: 'Start from' }).selectOption('tiny');
  const steps = page.getByRole('textbox', { name: 'Steps' });
  await steps.fill(STEPS);
  await steps.press('Tab');
  await expect.poll(() => page.getByLabel('The recipe as YAML').inputValue()).toContain(`maxSteps: ${STEPS}`);

  await page.getByRole('button', { name: 'Start' }).click();
  const live = page.getByRole('article', { name: 'Experiment demo-cl' });
  await live.getByText('finished', { exact: true }).waitFor({ timeout: 180_000 });
  expect(await live.innerText()).toContain(`${STEPS} / ${STEPS} steps`);
  const results = live.getByRole('table');
  expect(await results.getByRole('row').count()).toBe(4);
  expect(await results.innerText()).toMatch(/BM25[\s\S]*before training[\s\S]*CL/);
});

async function searchAndCompare(): Promise<void> {
  const { page, go } = studio;
  await go('rank');
  await page.getByRole('searchbox', { name: 'Query' }).fill('do bees need warmth');
  await page.getByRole('button', { name: 'Search' }).click();
  const first = page.getByRole('region', { name: 'Ranking by BM25' });
  const second = page.getByRole('region', { name: 'Ranking by demo-cl CL' });
  await second.getByRole('listitem').first().waitFor({ timeout: 60_000 });
  expect(await first.getByRole('listitem').first().innerText()).toContain('bees');
  // The same documents, each with its move.
  const ids = async (column: typeof first) => (await column.locator('.id').allInnerTexts()).sort();
  await page
    .getByRole('button', { name: /^Show all/ })
    .click({ timeout: 1000 })
    .catch(() => {});
  expect(await ids(second)).toEqual(await ids(first));
  expect(await second.innerText()).toMatch(/up \d|down \d|same place/);
}

test('a query is ranked by BM25 and by what was trained', searchAndCompare);

test('the result is measured against the judgements, and reported', async () => {
  const { page, go } = studio;
  await go('results');
  const means = page.getByRole('region', { name: 'Measures of the compared runs' });
  await means
    .getByText(/^0\.\d{4}$/)
    .first()
    .waitFor();
  expect(await means.getByRole('row').count()).toBe(4);
  const queries = page.getByRole('region', { name: 'nDCG@10 of each query' });
  expect(await queries.getByRole('row').count()).toBe(17);

  await page.getByRole('textbox', { name: 'Another measure' }).fill('nDCK@10');
  await page.keyboard.press('Enter');
  expect(await page.getByRole('alert').filter({ hasText: 'nDCK@10' }).innerText()).toContain('nDCG');

  await page.getByRole('region', { name: 'Reports' }).getByRole('link', { name: 'demo-cl' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'JSON' }).click();
  expect((await download).suggestedFilename()).toBe('demo-cl.report.json');
});

test('after a reload everything is still there', async () => {
  const { page, go, complaints } = studio;
  await page.reload();
  await go('data');
  for (const name of ['notes', 'questions', 'judged']) await storedRow(page, name).waitFor();
  await page.getByRole('rowheader', { name: /^demo-cl CL/ }).waitFor();
  await go('fine-tune');
  await page.getByRole('link', { name: 'demo-cl', exact: true }).click();
  const old = page.getByRole('article', { name: 'Experiment demo-cl' });
  await old.getByRole('img', { name: /^Loss by step/ }).waitFor();
  expect(await old.getByRole('table').getByRole('row').count()).toBe(4);
  await searchAndCompare();
  expect(complaints).toEqual([]);
});
