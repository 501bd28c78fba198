/** `npm run pictures`: makes docs/pictures from the real app, on the embedded demo. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openApp } from './browser.ts';
import { buildApp, PROJECT } from './build-app.ts';
import { serve } from './serve.ts';
import { temporaryProfile } from './session.ts';

const FOLDER = join(PROJECT, 'docs', 'pictures');
const DEMO_TIMEOUT_MS = 15 * 60_000;

const served = await serve({ root: await buildApp() });
const profile = temporaryProfile('pictures');
const { page, close } = await openApp(served.port, profile);
try {
  await mkdir(FOLDER, { recursive: true });
  const picture = async (name: string) => {
    // Focus rings and toasts are of the moment.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  };
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await picture('home');
  await page.getByRole('button', { name: 'Run the demo' }).click();
  await page.goto(`${new URL(page.url()).origin}/#/fine-tune`);
  const live = page.getByRole('article', { name: /^Experiment demo/ });
  // In the middle of the second stage both curves are there.
  await page.waitForFunction(
    () => /CL→KD\s*(3\d|4\d|5\d) \/ \d+ steps/.test(document.body.innerText.replace(/\n/g, ' ')),
    undefined,
    { timeout: DEMO_TIMEOUT_MS },
  );
  await page.setViewportSize({ width: 1280, height: 1000 });
  await picture('fine-tune');
  await live.getByText('finished').waitFor({ timeout: DEMO_TIMEOUT_MS });
  await page.goto(`${new URL(page.url()).origin}/#/rank`);
  await page.getByRole('button', { name: /^why / }).first().click();
  await page.getByRole('region', { name: /CL→KD/ }).getByRole('listitem').first().waitFor({ timeout: 60_000 });
  await picture('rank');
  await page.goto(`${new URL(page.url()).origin}/#/results`);
  await page.waitForTimeout(2000);
  await picture('results');
} finally {
  await close();
  await served.close();
  await rm(profile, { recursive: true, force: true });
}
