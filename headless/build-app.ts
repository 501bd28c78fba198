/** Builds the app when its sources are newer than what was built. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** The project's folder. */
export const PROJECT = resolve(import.meta.dirname, '..');
/** The built app. */
export const BUILT = join(PROJECT, 'dist');

const SOURCES = ['index.html', 'package-lock.json', 'vite.config.ts', 'src', 'workers', 'configs', 'public'];

/** When the newest file below `path` was changed, milliseconds since 1970; 0 if there is none. */
function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Builds into `dist/` unless it is up to date. Returns the folder. */
export async function buildApp(): Promise<string> {
  const built = newest(join(BUILT, 'index.html'));
  const changed = Math.max(...SOURCES.map((name) => newest(join(PROJECT, name))));
  if (built < changed) {
    console.error('building the app …');
    await build({ root: PROJECT, configFile: join(PROJECT, 'vite.config.ts'), logLevel: 'error' });
  }
  return BUILT;
}
