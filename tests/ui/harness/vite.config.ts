/**
 * The app over an in-memory studio, to look at pages without training anything:
 * `npx vite --config tests/ui/harness/vite.config.ts --port 5199`.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const project = resolve(import.meta.dirname, '../../..');

export default defineConfig({
  root: project,
  cacheDir: resolve(project, 'node_modules/.vite-harness'),
  plugins: [
    svelte({ configFile: resolve(project, 'svelte.config.js') }),
    {
      name: 'in-memory studio',
      enforce: 'pre',
      resolveId: (source: string) =>
        /workers\/connect$/.test(source) ? resolve(import.meta.dirname, 'memory-studio.ts') : undefined,
    },
  ],
});
