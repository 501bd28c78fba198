/** Every page by axe, at two widths, light and dark; no horizontal scroll; the keyboard; the weight of the first load. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../headless/build-app.ts';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
  await studio.go('rank');
  await studio.page.getByRole('button', { name: 'Take the demo’s collection' }).click();
  await studio.page.getByRole('searchbox', { name: 'Query' }).waitFor();
});
afterAll(() => studio?.close());

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  id: string;
  nodes: { html: string }[];
}

async function violations(): Promise<string[]> {
  await studio.page.addScriptTag({ path: AXE });
  return studio.page.evaluate(async (rules) => {
    const { axe } = window as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: Violation[] }> };
    };
    const found = (await axe.run(document, { runOnly: rules })).violations;
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, RULES);
}

const PAGES = {
  home: 'Run the demo',
  data: 'demo-test',
  'data/teacher': 'What is learnt from',
  'fine-tune': 'Start',
  rank: 'Search',
  results: 'Reports|judgements',
  'fine-tune/sampling': 'A run is missing',
  // The demo's teacher needs no other run.
  'fine-tune/sampling?stage=1': 'List 1 of',
  'results/study': 'Learnt from',
  'data/health': 'What to check',
};

/** `--ink` of tokens.css. */
const INK = { light: 'rgb(26, 28, 30)', dark: 'rgb(236, 234, 229)' };

describe.each(Object.keys(PAGES) as (keyof typeof PAGES)[])('%s', (name) => {
  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('%i px, %s', async (width, colorScheme) => {
    const { page, go } = studio;
    await page.setViewportSize({ width, height: 850 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await go(name);
    await page.getByText(new RegExp(PAGES[name])).first().waitFor();
    // Colours that are on their way to others are neither.
    await page.waitForFunction((ink) => getComputedStyle(document.body).color === ink, INK[colorScheme]);
    await page.waitForTimeout(100);
    expect(await violations()).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
});

test('search results and dialogs too', async () => {
  const { page, go } = studio;
  await page.setViewportSize({ width: 1280, height: 900 });
  await go('rank');
  await page.getByRole('searchbox', { name: 'Query' }).fill('the moon');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Ranking by rerank-mini' }).getByRole('listitem').first().waitFor();
  expect(await violations()).toEqual([]);
  await page.getByRole('region', { name: 'Ranking by BM25' }).getByRole('button').first().click();
  await page.getByRole('dialog').waitFor();
  expect(await violations()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('the keyboard reaches the page past the menu, and a new page begins at its top', async () => {
  const { page, go } = studio;
  await go('home');
  await page.reload();
  await page.getByRole('button', { name: 'Run the demo' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Run the demo');
  await page.getByRole('navigation').getByRole('link', { name: 'Data' }).press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'main' && document.title.startsWith('Data'));
});

test('the first load is at most 250 kB of script, gzip', async () => {
  const root = await buildApp();
  const html = readFileSync(join(root, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]!);
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce((sum, script) => sum + gzipSync(readFileSync(join(root, script))).length, 0);
  expect(bytes).toBeLessThan(250_000);
});
