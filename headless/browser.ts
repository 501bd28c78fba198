/** Opens the built app in a headless Chromium, at an origin that stays the same from run to run: IndexedDB belongs to it. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { findChromium, WEBGPU_FLAGS } from './find-chromium.ts';

/** `localhost` names are secure contexts, and the browser maps this one to whatever port the server got. */
const HOST = 'rerank-studio.localhost';
export const ORIGIN = `http://${HOST}/`;

/** The user's profile for the command line: checkpoints of one command are there for the next. */
export function defaultProfile(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'rerank-studio', 'profile');
}

export interface OpenedApp {
  page: Page;
  context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Starts Chromium on a profile folder and opens the app that is served at `port`.
 * @throws when there is no Chromium, when another command holds the profile, or when the app does not start.
 */
export async function openApp(port: number, profile: string): Promise<OpenedApp> {
  mkdirSync(profile, { recursive: true });
  const context = await chromium
    .launchPersistentContext(profile, {
      executablePath: findChromium(),
      headless: true,
      args: [
        '--no-sandbox',
        ...WEBGPU_FLAGS,
        `--host-resolver-rules=MAP ${HOST}:80 127.0.0.1:${port}`,
        // A profile's share of the disk, not of a private window's memory.
        '--disable-background-timer-throttling',
        '--disable-renderer-backgrounding',
      ],
    })
    .catch((error: Error) => {
      if (/ProcessSingleton|SingletonLock|profile .*in use/i.test(error.message)) {
        throw new Error(`another command uses the profile ${profile}: wait for it, or give --profile DIR`);
      }
      throw error;
    });
  const page = context.pages()[0] ?? (await context.newPage());
  const messages: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') messages.push(message.text());
  });
  page.on('pageerror', (error) => messages.push(error.message));
  await page.goto(ORIGIN);
  await page
    .waitForFunction(() => 'rerankStudio' in window, undefined, { timeout: 60_000 })
    .catch(() => {
      throw new Error(`the app did not start: ${messages.join('; ') || 'no message'}`);
    });
  return { page, context, close: () => context.close() };
}
