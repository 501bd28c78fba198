import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { installedChromium } from './headless/find-chromium.ts';
import { SWIFTSHADER_FLAGS } from './headless/webgpu-flags.ts';

export default defineConfig({
  test: {
    projects: [
      {
        // Plain TypeScript in Node: most of src.
        test: {
          name: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Real Chromium with WebGPU: kernels, storage, whatever Node cannot show.
        test: {
          name: 'browser',
          include: ['tests/**/*.browser.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: installedChromium() ?? 'chromium',
                args: ['--no-sandbox', ...SWIFTSHADER_FLAGS],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // The built app, driven as a user does.
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
