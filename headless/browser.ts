/** Opens the built app in a headless Chromium, at an origin that stays the same from run to run: IndexedDB belongs to it. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from './find-chromium.ts';
import { GPU_FLAGS, SWIFTSHADER_FLAGS } from './webgpu-flags.ts';

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

/** Which adapter WebGPU gets: the machine's GPU and SwiftShader only without one, or SwiftShader always. */
export type WebgpuAdapter = 'best' | 'swiftshader';

/**
 * Starts Chromium on a profile folder and opens the app that is served at `port`.
 * @throws when there is no Chromium, when another command holds the profile, or when the app does not start.
 */
export async function openApp(port: number, profile: string, adapter: WebgpuAdapter = 'best'): Promise<OpenedApp> {
  mkdirSync(profile, { recursive: true });
  if (adapter === 'swiftshader') return open(port, profile, SWIFTSHADER_FLAGS);
  const opened = await open(port, profile, GPU_FLAGS);
  if (await hasAdapter(opened.page)) return opened;
  // Some builds give no adapter at all without a GPU, unless SwiftShader is asked for by name.
  await opened.close();
  return open(port, profile, SWIFTSHADER_FLAGS);
}

function hasAdapter(page: Page): Promise<boolean> {
  return page.evaluate(async () => (await navigator.gpu?.requestAdapter().catch(() => null)) != null);
}

async function open(port: number, profile: string, webgpuFlags: readonly string[]): Promise<OpenedApp> {
  const context = await chromium
    .launchPersistentContext(profile, {
      executablePath: findChromium(),
      headless: true,
      // One origin for every build: each command must see the build that it serves, not one that was kept.
      serviceWorkers: 'block',
      args: [
        '--no-sandbox',
        ...webgpuFlags,
        `--host-resolver-rules=MAP ${HOST}:80 127.0.0.1:${port}`,
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
