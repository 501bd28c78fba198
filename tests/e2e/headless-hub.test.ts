/** Models of the hub from the command line: by their id, once over the network and from then on without. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeHub, type FakeHub } from '../hub/fake-hub.ts';
import { TINY_MODEL } from './studio.ts';

const MODEL = 'studio/mini';
let folder: string;
let server: FakeHub;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  const files = Object.fromEntries(
    readdirSync(TINY_MODEL).map((name) => [name, new Uint8Array(readFileSync(join(TINY_MODEL, name)))]),
  );
  server = await fakeHub({ [MODEL]: { commit: 'c0ffee0123456789c0ffee0123456789c0ffee01', files } });
  folder = mkdtempSync(join(tmpdir(), 'rerank-studio-headless-hub-'));
  const write = (name: string, lines: string[]) => writeFileSync(file(name), `${lines.join('\n')}\n`);
  write('corpus.tsv', ['d1\tThe Moon raises the tides.', 'd2\tYeast makes dough rise.', 'd3\tThe Moon has phases.']);
  write('queries.tsv', ['q1\twhy does the moon have phases']);
  write('qrels.txt', ['q1 0 d3 1']);
  write('run.trec', ['q1 Q0 d1 1 2.0 bm25', 'q1 Q0 d3 2 1.0 bm25', 'q1 Q0 d2 3 0.5 bm25']);
  write('recipe.yaml', [
    'name: small',
    'model: { maxLength: 48 }',
    'sampling: { trainSampleSize: 2, trainSampleDepth: 3 }',
    'training: { queriesPerBatch: 1, accumulate: 1, maxSteps: 1, validateEvery: 0, checkpointEvery: 0 }',
  ]);
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Beside this process, which serves the hub. */
function headless(...words: string[]): Promise<{ status: number | null; stderr: string }> {
  const all = ['tsx', 'headless/main.ts', ...words, '--profile', file('profile'), '--out', file('out')];
  const child = spawn('npx', all, { env: { ...process.env, HF_ENDPOINT: server.url } });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr })));
}
const DATA = ['--collection', 'corpus.tsv', '--queries', 'queries.tsv', '--run', 'run.trec'];
const data = () => DATA.map((word) => (word.startsWith('--') ? word : file(word)));
const rerank = (checkpoint: string) => headless('rerank', '--checkpoint', checkpoint, ...data(), '--backend', 'wasm');

test('rerank fetches a model by its id', async () => {
  const result = await rerank(MODEL);
  expect(result).toMatchObject({ status: 0 });
  expect(readFileSync(file('out/run.trec'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
  expect(server.fetched.filter((line) => line.startsWith('model.safetensors'))).toHaveLength(1);
});

test('without a network it is still there, for training too; another one is a clear error', async () => {
  await server.close();
  const overrides = ['--set', `model.base=${MODEL}`, '--qrels', file('qrels.txt'), '--backend', 'wasm'];
  const trained = await headless('train', '--recipe', file('recipe.yaml'), ...data(), ...overrides);
  expect(trained).toMatchObject({ status: 0 });
  expect(readdirSync(file('out/checkpoints/small-cl'))).toContain('model.safetensors');

  const { status, stderr } = await rerank('studio/other');
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^error: studio\/other is no folder and no stored checkpoint, and as a model of the hub: studio\/other: .* cannot be reached: check the connection.*\(command line: give the folder\)$/,
  );
});
