/** What is taken away: a checkpoint as ONNX, an experiment as a Lightning IR project. */
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
  await studio.go('rank');
  await studio.page.getByRole('button', { name: 'Take the demo’s collection' }).click();
  await studio.page.getByRole('searchbox', { name: 'Query' }).waitFor();
});
afterAll(() => studio?.close());

/** Clicks a button and reads the zip that comes of it: its name and files. */
async function zipOf(button: string): Promise<{ name: string; files: Record<string, Uint8Array> }> {
  const download = studio.page.waitForEvent('download');
  await studio.page.getByRole('button', { name: button, exact: true }).click();
  const done = await download;
  const path = join(studio.folder, done.suggestedFilename());
  await done.saveAs(path);
  return { name: done.suggestedFilename(), files: unzipSync(readFileSync(path)) };
}

test('a checkpoint goes out as ONNX, chosen by keyboard', async () => {
  const { page } = studio;
  await studio.go('data');
  await page.getByRole('button', { name: 'Export rerank-mini', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export rerank-mini' });
  await dialog.getByRole('radio', { name: /^Hugging Face folder/ }).focus();
  await page.keyboard.press('ArrowDown');
  expect(await dialog.getByRole('radio', { name: /^ONNX/ }).isChecked()).toBe(true);
  const { name, files } = await zipOf('Download');
  expect(name).toBe('rerank-mini-onnx.zip');
  expect(files['rerank-mini-onnx/model.onnx']!.length).toBeGreaterThan(10_000_000);
  expect(Object.keys(files)).toContain('rerank-mini-onnx/tokenizer.json');
  await dialog.waitFor({ state: 'detached' });
});

test('an experiment goes out as a Lightning IR project', async () => {
  const { page } = studio;
  await studio.go('fine-tune');
  await page.getByLabel('Recipe', { exact: true }).first().selectOption('demo-cl-kd');
  const { name, files } = await zipOf('Lightning IR project');
  expect(name).toBe('demo-cl-kd.lightning-ir.zip');
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(
      ['1-cl.yaml', '2-kd.yaml', 're-rank.yaml', 'README.md', 'data/studio-1-cl.run', 'rerank_studio.py'].map(
        (file) => `demo-cl-kd/${file}`,
      ),
    ),
  );
  expect(studio.complaints).toEqual([]);
});
