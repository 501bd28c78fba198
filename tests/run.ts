/** `npm test`: everything that must hold. Ends with the line `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp, PROJECT } from '../headless/build-app.ts';
import { findChromium } from '../headless/find-chromium.ts';

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
}

/** Runs one of the package's scripts or programs; true if it succeeded. */
function succeeds(command: string, words: string[]): boolean {
  const { status } = spawnSync(command, words, { cwd: PROJECT, stdio: ['ignore', 'inherit', 'inherit'] });
  return status === 0;
}

/** Runs a vitest project and counts; a suite that could not even be loaded counts as a failure. */
function runProject(project: string, filters: string[]): { passed: number; failed: number } {
  const folder = mkdtempSync(join(tmpdir(), 'rerank-studio-tests-'));
  const report = join(folder, 'results.json');
  const ok = succeeds('npx', [
    'vitest',
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ]);
  try {
    const results = JSON.parse(readFileSync(report, 'utf8')) as Results;
    const failed = results.numFailedTests || results.numFailedTestSuites || (ok ? 0 : 1);
    return { passed: results.numPassedTests, failed };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const started = Date.now();
process.env['CHROME_PATH'] = findChromium();
const filters = process.argv.slice(2);
let passed = 0;
let failed = 0;
const count = (result: { passed: number; failed: number }) => {
  passed += result.passed;
  failed += result.failed;
};
const step = (name: string, ok: boolean) => {
  if (!ok) console.error(`${name} failed`);
  count({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });
};

if (filters.length === 0) step('npm run check', succeeds('npm', ['run', '--silent', 'check']));
await buildApp().then(
  () => step('build', true),
  (error: unknown) => {
    console.error(error);
    step('build', false);
  },
);
for (const project of ['node', 'browser', 'e2e']) count(runProject(project, filters));
console.log(`tests took ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
