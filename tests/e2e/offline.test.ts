/** The app on a host that serves files only: isolated by its service worker, kept for offline, and renewed when asked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../headless/build-app.ts';
import { findChromium } from '../../headless/find-chromium.ts';
import { serveStatically, type StaticHost } from './static-host.ts';

let host: StaticHost;
let context: BrowserContext;
let page: Page;
let loads = 0;
const profile = mkdtempSync(join(tmpdir(), 'rerank-studio-offline-'));

beforeAll(async () => {
  host = await serveStatically(await buildApp());
  // Without WebGPU: what is computed is computed by wasm.
  context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: ['--no-sandbox'],
  });
  page = context.pages()[0] ?? (await context.newPage());
  page.on('load', () => loads++);
});
afterAll(async () => {
  await context?.close();
  await host?.close();
  rmSync(profile, { recursive: true, force: true });
});

const shown = () => page.getByRole('button', { name: 'Run the demo' }).waitFor();

test('the first visit is loaded once more, and is isolated: wasm has its threads', async () => {
  await page.goto(host.origin);
  await page.waitForFunction(() => crossOriginIsolated, undefined, { timeout: 120_000 });
  await shown();
  expect(loads).toBeLessThanOrEqual(2);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  const threads = Math.min(cores, 8);
  await page
    .getByText(new RegExp(`wasm.*, ${threads} thread${threads === 1 ? '' : 's'}`))
    .first()
    .waitFor();
  // Nothing large is fetched before it is wanted.
  expect(host.asked.filter((name) => /ort-.*\.wasm$/.test(name))).toEqual([]);
});

test.each([
  ['somebody uses', () => addEventListener('DOMContentLoaded', () => dispatchEvent(new KeyboardEvent('keydown')))],
  ['is at work', () => void navigator.locks.request('experiment x', () => new Promise<void>(() => {}))],
])('a first visit that %s is not loaded again without being asked', async (_, doing) => {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  try {
    const visit = await browser.newPage();
    await visit.addInitScript(doing);
    let visits = 0;
    visit.on('load', () => visits++);
    await visit.goto(host.origin);
    await visit.getByText('The processor can be used by several threads after a reload.').waitFor();
    expect([visits, await visit.evaluate(() => crossOriginIsolated)]).toEqual([1, false]);
    await visit.getByRole('button', { name: 'Reload' }).click();
    await visit.waitForFunction(() => crossOriginIsolated);
    // It is isolated as soon as it is there, loaded only when all of it is.
    await visit.waitForLoadState('load');
    expect(visits).toBe(2);
  } finally {
    await browser.close();
  }
});

test('it can be installed', async () => {
  const browser = await context.newCDPSession(page);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // The profile of a test is one of those that install nothing.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('without the host it opens, takes the demo in, and searches', async () => {
  await host.close();
  await context.setOffline(true);
  await page.reload();
  await shown();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByRole('navigation').getByRole('link', { name: 'Rank' }).click();
  await page.getByRole('button', { name: 'Take the demo’s collection' }).click();
  await page.getByRole('searchbox', { name: 'Query' }).fill('the moon');
  await page.keyboard.press('Enter');
  for (const column of ['BM25', 'rerank-mini']) {
    await page
      .getByRole('region', { name: `Ranking by ${column}` })
      .getByRole('listitem')
      .first()
      .waitFor();
  }
  // Every page of the app is there, those that are loaded late too.
  for (const [address, words] of [
    ['fine-tune/sampling', 'What is drawn'],
    ['results/study', 'Learnt from'],
    ['data/teacher', 'Teach'],
  ] as const) {
    await page.goto(`${host.origin}#/${address}`);
    await page.getByText(words).first().waitFor();
  }
  await page.goto(`${host.origin}?source=shortcut`);
  await shown();
});

test('a new version waits to be asked for, and for work to end', async () => {
  const port = Number(new URL(host.origin).port);
  host = await serveStatically(await buildApp(), port);
  await context.setOffline(false);
  host.append.set('service.worker.js', '\n// A new version.\n');
  await page.reload();
  await page.getByText('A new version is ready.').waitFor();
  const before = loads;

  await page.evaluate(() => {
    void navigator.locks.request('experiment x', () => new Promise<void>((end) => Object.assign(window, { end })));
  });
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByText('The new version waits: something is still running, here or in another tab.').waitFor();
  await page.evaluate(() => (window as unknown as { end(): void }).end());
  expect(loads).toBe(before);

  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => loads, { timeout: 60_000 }).toBe(before + 1);
  await shown();
  const waiting = await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting != null);
  expect(waiting).toBe(false);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});
