/**
 * Photographs every page of a running app, at two widths, light and dark, and runs axe on each:
 * `npx tsx tests/ui/harness/look.ts http://localhost:5199 FOLDER [page …]`.
 */
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../headless/find-chromium.ts';

const [url = 'http://localhost:5199', folder = 'out', ...wanted] = process.argv.slice(2);
const pages = wanted.length ? wanted : ['home', 'data', 'fine-tune', 'rank', 'results'];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
interface Violation {
  id: string;
  help: string;
  nodes: { html: string; any: { message: string }[] }[];
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
for (const width of [1440, 390]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: { width, height: width > 800 ? 900 : 844 },
      colorScheme,
      bypassCSP: true,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.log('PAGE ERROR', error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') console.log(message.type(), message.text());
    });
    for (const name of pages) {
      await page.goto(`${url}/#/${name}`);
      await page.waitForTimeout(1500);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.log(`${name} ${width}: ${wide} px too wide`);
      await page.screenshot({
        path: `${folder}/${name.replaceAll('/', '_')}-${width}-${colorScheme}.png`,
        fullPage: true,
      });
      await page.addScriptTag({ path: axe });
      const found = await page.evaluate(
        async () =>
          (
            await (
              window as unknown as {
                axe: { run: (root: Document, options: object) => Promise<{ violations: Violation[] }> };
              }
            ).axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
            })
          ).violations,
      );
      for (const one of found) {
        console.log(`${name} ${width} ${colorScheme}: ${one.id}: ${one.help}`);
        for (const node of one.nodes.slice(0, 3))
          console.log('   ', node.html.slice(0, 160), node.any[0]?.message?.slice(0, 160) ?? '');
      }
    }
    await context.close();
  }
}
await browser.close();
