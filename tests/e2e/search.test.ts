/** Searching a collection: results while the query is typed, its words marked, RM3, why; and a collection that grows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles, openStudio, SMALL, storedRow, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const query = () => studio.page.getByRole('searchbox', { name: 'Query' });
const ranked = (by = 'BM25') => studio.page.getByRole('region', { name: `Ranking by ${by}`, exact: true });

test('a query is searched for when it is asked, the first time', async () => {
  await importFiles(studio, [studio.file('notes.tsv', SMALL.collection)]);
  await storedRow(studio.page, 'notes').waitFor();
  await studio.go('rank');
  // Typing alone must not index a collection.
  await query().pressSequentially('bees', { delay: 30 });
  await studio.page.waitForTimeout(400);
  expect(await ranked().count()).toBe(0);
  await query().press('Enter');
  await ranked().getByRole('listitem').first().waitFor();
  expect(await ranked().getByRole('listitem').count()).toBe(4);
});

test('then results come while it is typed, the words of the query marked in them', async () => {
  await query().fill('');
  await ranked().waitFor({ state: 'detached' });
  await query().pressSequentially('a glacier changing', { delay: 30 });
  await expect.poll(() => ranked().getByRole('listitem').first().innerText()).toContain('glaciers change');
  const first = ranked().getByRole('listitem').first();
  // The words of the text, whatever their endings.
  expect(await first.locator('mark').allInnerTexts()).toEqual(['glaciers', 'glaciers', 'glaciers', 'change']);
  await query().pressSequentially(' zzz', { delay: 30 });
  await query().fill('soap');
  await expect
    .poll(() => studio.page.getByRole('status').allInnerTexts())
    .toContainEqual(expect.stringContaining('for “soap”'));
  expect(await ranked().locator('mark').first().innerText()).toBe('soap');
});

test('RM3 expands the query, and says what each word adds', async () => {
  const { page } = studio;
  await page.getByRole('combobox', { name: 'Found by' }).selectOption('BM25 + RM3');
  await ranked('BM25 + RM3').getByRole('listitem').first().waitFor();
  await ranked('BM25 + RM3').getByRole('button').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('heading', { name: /^Why BM25 gives it/ }).waitFor();
  expect(await dialog.getByRole('listitem').filter({ hasText: 'weighs 0.5' }).count()).toBe(1);
  expect(await dialog.locator('mark').allInnerTexts()).toContain('soap');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Found by' }).selectOption('BM25');
});

test('documents are added to the collection, and found', async () => {
  const { page, go, file } = studio;
  await go('data');
  const path = file('more.tsv', ['n1\tHarbour cranes lift soap from ships.', 'n2\tCranes also wade in shallow water.']);
  await page.getByLabel('Drop files or folders here, or choose files').setInputFiles(path);
  const item = page.getByRole('article', { name: 'more.tsv' });
  await item.getByRole('combobox', { name: 'It is' }).selectOption('collection');
  await item.getByRole('combobox', { name: 'It becomes' }).selectOption('more of notes');
  expect(await item.getByRole('textbox', { name: 'Name' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Import 1 item' }).click();
  await item.getByText('2 documents added to notes, which has 34 now.').waitFor();

  await go('rank');
  await query().fill('cranes');
  await query().press('Enter');
  await expect.poll(() => ranked().locator('.id').allInnerTexts()).toEqual(['n2', 'n1']);
});

test('an id that is there already is an error that names both places', async () => {
  const { page, go, file } = studio;
  await go('data');
  const path = file('again.tsv', ['n3\tsomething new', 'n1\tthe same id']);
  await page.getByLabel('Drop files or folders here, or choose files').setInputFiles(path);
  const item = page.getByRole('article', { name: 'again.tsv' });
  await item.getByRole('combobox', { name: 'It is' }).selectOption('collection');
  await item.getByRole('combobox', { name: 'It becomes' }).selectOption('more of notes');
  await page.getByRole('button', { name: 'Import 1 item' }).click();
  await item.getByText('id "n1" comes twice, in the data set (record 33) and on line 2').waitFor();
  expect(await storedRow(page, 'notes').innerText()).toMatch(/\b34\b/);
  expect(studio.complaints).toEqual([]);
});
