/** The built app in a real browser, for journeys: as a user sees it, on a profile of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openApp, ORIGIN } from '../../headless/browser.ts';
import { buildApp, PROJECT } from '../../headless/build-app.ts';
import { serve } from '../../headless/serve.ts';

export { ORIGIN };

/** The model that comes with the demo: small enough to train in a test. */
export const TINY_MODEL = join(PROJECT, 'public/demo/model');

export interface Studio {
  page: Page;
  /** A folder for the journey's files, gone at the end. */
  folder: string;
  /** Writes a file of lines into the folder; returns its path. */
  file(name: string, lines: readonly string[]): string;
  /** Goes to a page of the app by its address: `data`, `results/report/x`. */
  go(address: string): Promise<void>;
  /** What the page complained about in its console: journeys expect nothing. */
  complaints: string[];
  close(): Promise<void>;
}

/** Builds the app if it is stale, serves it, and opens it in Chromium. */
export async function openStudio(): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), 'rerank-studio-journey-'));
  const served = await serve({ root: await buildApp() });
  const { page, close } = await openApp(served.port, join(folder, 'profile'), 'swiftshader');
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  // Leaving a page while an experiment runs asks first.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.setViewportSize({ width: 1280, height: 900 });
  return {
    page,
    folder,
    complaints,
    file(name, lines) {
      const path = join(folder, name);
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    },
    async go(address) {
      await page.goto(`${ORIGIN}#/${address}`);
    },
    async close() {
      await close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const TOPICS = ['tides', 'bread', 'bicycles', 'bees', 'paper', 'lighthouses', 'soap', 'glaciers'];
const FACTS = [
  'need the right warmth',
  'change with the season',
  'were first made long ago',
  'are measured twice a day',
];

/** A small collection with queries and judgements: eight topics, four passages and two queries each. */
export const SMALL = {
  collection: TOPICS.flatMap((topic, t) =>
    FACTS.map((fact, f) => `p${t}${f}\tOn ${topic}\tPeople who know ${topic} say that ${topic} ${fact}.`),
  ),
  queries: TOPICS.flatMap((topic, t) => [
    `q${t}a\twhen do ${topic} change with the season`,
    `q${t}b\tdo ${topic} need warmth`,
  ]),
  qrels: TOPICS.flatMap((_, t) => [`q${t}a 0 p${t}1 1`, `q${t}b 0 p${t}0 1`]),
};

/** Picks files on the Data page and imports what is recognised. */
export async function importFiles({ page, go }: Studio, paths: string[]): Promise<void> {
  await go('data');
  await page.getByLabel('Drop files or folders here, or choose files').setInputFiles(paths);
  await page.getByRole('button', { name: /^Import \d+ items?$/ }).click();
}

/** The row of a table of stored things. */
export const storedRow = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
