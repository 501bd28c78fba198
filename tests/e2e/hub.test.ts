/** A model from the hub through the page: looked up, fetched, cut off, closed, gone on with, and there without a network. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeHub, type FakeHub } from '../hub/fake-hub.ts';
import { importFiles, openStudio, TINY_MODEL, type Studio } from './studio.ts';

const MODEL = 'studio/mini';
const COMMIT = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const files = Object.fromEntries(
  readdirSync(TINY_MODEL).map((name) => [name, new Uint8Array(readFileSync(join(TINY_MODEL, name)))]),
);
const CUT_AFTER = 2_000_000;

let studio: Studio;
let server: FakeHub;
beforeAll(async () => {
  server = await fakeHub({
    [MODEL]: { commit: COMMIT, licence: 'mit', files },
    'studio/gated': { commit: COMMIT, gated: 'auto', files },
  });
  studio = await openStudio();
});
afterAll(async () => {
  await studio?.close();
  await server?.close();
});

const lookUp = async (id: string) => {
  await studio.page.getByLabel('Any other model').fill(id);
  await studio.page.getByRole('button', { name: 'Look up' }).click();
};
const onItsWay = () => studio.page.getByRole('article', { name: `Download of ${MODEL}` });
const row = () => studio.page.getByRole('rowheader', { name: new RegExp(`^${MODEL}`) });

test('models of the hub are looked up; what cannot be had is said', async () => {
  const { page, go } = studio;
  await go('data?models');
  await page.getByText('From another address').click();
  const mirror = page.getByLabel('Address of a mirror');
  await mirror.fill(server.url);
  await mirror.press('Tab');
  await lookUp('studio/none');
  await page.getByText(/studio\/none: .* has no public model of that id/).waitFor();
  await lookUp('studio/gated');
  await page.getByText('only who accept its terms').waitFor();
  await lookUp(MODEL);
  const megabytes = Object.values(files).reduce((sum, file) => sum + file.length, 0) / 1e6;
  await page.getByRole('button', { name: new RegExp(`^Download ${Math.floor(megabytes)}\\.\\d MB$`) }).waitFor();
  expect(await page.getByText(/MIT · commit c0ffee0/).isVisible()).toBe(true);
  expect(server.fetched).toEqual([]);
});

test('a download that is cut goes on by itself; a closed tab keeps what had arrived', async () => {
  const { page } = studio;
  server.cuts = [CUT_AFTER];
  server.pauseAfter = 100_000;
  await page.getByRole('button', { name: /^Download \d/ }).click();
  await expect.poll(() => server.fetched.at(-1), { timeout: 30_000 }).toMatch(/^model\.safetensors bytes=\d+-$/);
  const begin = Number(/(\d+)-$/.exec(server.fetched.at(-1)!)![1]);
  expect(begin).toBeGreaterThan(0);
  expect(begin).toBeLessThanOrEqual(CUT_AFTER);
  expect(await onItsWay().getByRole('progressbar').isVisible()).toBe(true);

  await page.reload();
  await onItsWay()
    .getByText(/\d+% of .* is here/)
    .waitFor();
  server.goOn();
  delete server.pauseAfter;
  server.fetched = [];
  await onItsWay().getByRole('button', { name: 'Go on' }).click();
  await row().waitFor({ timeout: 60_000 });
  expect(server.fetched).toEqual([`model.safetensors bytes=${begin}-`]);
  await onItsWay().waitFor({ state: 'detached' });
});

test('it can be stopped and discarded', async () => {
  const { page } = studio;
  server.pauseAfter = 50_000;
  await lookUp(`${MODEL}@main`);
  await page.getByRole('button', { name: /^Download \d/ }).click();
  const other = page.getByRole('article', { name: `Download of ${MODEL}@main` });
  await other.getByText(/kB of|MB of/).waitFor();
  await other.getByRole('button', { name: 'Stop' }).click();
  await other.getByRole('button', { name: 'Go on' }).waitFor();
  await other.getByRole('button', { name: /^Discard/ }).click();
  await other.waitFor({ state: 'detached' });
  server.goOn();
  delete server.pauseAfter;
});

test('a checkpoint goes out as one zip, and comes in by it', async () => {
  const { page, folder } = studio;
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Export ${MODEL}`, exact: true }).click();
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const path = join(folder, 'mini by zip.zip');
  await (await download).saveAs(path);
  await importFiles(studio, [path]);
  const again = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^mini by zip/ }) });
  await again.waitFor();
  const figures = (text: string) => text.match(/[\d,]{7,}|[\d.]+ MB/g);
  const first = page.getByRole('row').filter({ has: row() });
  expect(figures(await again.innerText())).toEqual(figures(await first.innerText()));
});

test('from then on it needs no network', async () => {
  const { page, complaints } = studio;
  await server.close();
  await page.reload();
  await row().waitFor();
  await lookUp(MODEL);
  await page.getByText('here already').waitFor();
  await lookUp('studio/other');
  await page.getByText(/studio\/other: .* cannot be reached/).waitFor();
  // Failed requests stand in the console by the browser's own doing.
  expect(complaints.filter((text) => !/Failed to load resource/.test(text))).toEqual([]);
});
