/** Deleting asks, can be undone, even after a reload, until the space is freed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles, openStudio, SMALL, storedRow, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
  await importFiles(studio, [studio.file('notes.tsv', SMALL.collection)]);
  await storedRow(studio.page, 'notes').waitFor();
});
afterAll(() => studio?.close());

async function remove(name: string): Promise<void> {
  const { page } = studio;
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await storedRow(page, name).waitFor({ state: 'detached' });
}

test('keeping it keeps it', async () => {
  const { page } = studio;
  await page.getByRole('button', { name: 'Delete notes' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await storedRow(page, 'notes').count()).toBe(1);
});

test('a deletion is undone at once, with all that was in it', async () => {
  const { page } = studio;
  await remove('notes');
  await page.getByRole('button', { name: 'Undo' }).click();
  await storedRow(page, 'notes').waitFor();
  await page.getByRole('link', { name: 'notes', exact: true }).click();
  await page.getByText('People who know tides say that tides need the right warmth').waitFor();
  await studio.go('data');
});

test('a deletion is undone after a reload', async () => {
  const { page } = studio;
  await remove('notes');
  await page.reload();
  const deleted = page.getByRole('region', { name: 'Recently deleted' });
  await deleted.getByRole('button', { name: 'Restore' }).click();
  await storedRow(page, 'notes').waitFor();
});

test('freeing the space is for good', async () => {
  const { page } = studio;
  await remove('notes');
  await page.getByRole('button', { name: /^Free .* for good$/ }).click();
  await page.getByRole('region', { name: 'Recently deleted' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('region', { name: 'Collections' }).getByText('None yet').waitFor();
  expect(await storedRow(page, 'notes').count()).toBe(0);
});
