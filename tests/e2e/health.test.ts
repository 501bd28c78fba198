/** Data sets that do not quite belong together, as the page tells it; and a document found by its id. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles, openStudio, SMALL, storedRow, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

test('what is missing is counted and named', async () => {
  const { page, file, go } = studio;
  await importFiles(studio, [
    file('documents.tsv', [...SMALL.collection, SMALL.collection[0]!.replace('p00', 'again')]),
    file('asked.tsv', SMALL.queries),
    file('asked.qrels', [...SMALL.qrels, 'q0a 0 elsewhere 1']),
  ]);
  await storedRow(page, 'documents').waitFor();
  await page.getByRole('row').filter({ hasText: '17' }).first().waitFor();
  await go('data');
  await page.getByRole('link', { name: 'Check data' }).click();
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('2 things to know').waitFor();
  const finding = (words: string) => page.getByRole('listitem').filter({ hasText: words });
  expect(await finding('repeat the text').innerText()).toMatch(/1 of 33.*[\s\S]*As again/);
  expect(await finding('judged documents are not').innerText()).toMatch(/1 of 17.*[\s\S]*As elsewhere/);
  expect(await finding('documents are empty').innerText()).toMatch(/^0 of 33/);
});

test('a document by its id, whatever else contains it', async () => {
  const { page, go } = studio;
  await go('data');
  await storedRow(page, 'documents').getByRole('link', { name: 'documents' }).click();
  await page.getByRole('searchbox', { name: 'Find in documents' }).fill('p71');
  await page.getByRole('button', { name: 'Exactly p71' }).click();
  await page.getByRole('dialog', { name: 'p71' }).getByText('People who know glaciers').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox', { name: 'Find in documents' }).fill('p7');
  await page.getByText('4 found').waitFor();
  expect(await page.getByRole('button', { name: 'Exactly' }).count()).toBe(0);
  expect(studio.complaints).toEqual([]);
});
