/** Teachers through the page: a language model behind an endpoint, and an ONNX cross-encoder of the hub. */
import { openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSafetensors } from '../../src/formats/safetensors.ts';
import { readConfig } from '../../src/models/config.ts';
import { writeOnnx } from '../../src/models/onnx/write-onnx.ts';
import { fakeEndpoint, type FakeEndpoint } from '../teachers/fake-endpoint.ts';
import { importFiles, openStudio, SMALL, storedRow, TINY_MODEL, type Studio } from './studio.ts';

const KEY = 'sk-very-secret-0123456789';
const HUB_MODEL = 'someone/tiny-reranker';
let studio: Studio;
let endpoint: FakeEndpoint;
beforeAll(async () => {
  studio = await openStudio();
  endpoint = await fakeEndpoint();
  await importFiles(studio, [studio.file('corpus.tsv', SMALL.collection), studio.file('queries.tsv', SMALL.queries)]);
  await storedRow(studio.page, 'queries').waitFor();
  await studio.go('data/teacher');
  await studio.page.getByRole('button', { name: 'Rank with BM25' }).click();
  await studio.page.getByLabel('Passages from the run').getByText('queries BM25').waitFor({ state: 'attached' });
});
afterAll(async () => {
  await studio?.close();
  await endpoint?.close();
});

/** Something that is waited for. */
function signal() {
  let give = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

/** Everything that the browser keeps for the page. */
const kept = () =>
  studio.page.evaluate(async () => {
    const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name!);
        request.onsuccess = () => resolve(request.result);
      });
      for (const store of db.objectStoreNames) {
        const request = db.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => (request.onsuccess = resolve));
        texts.push(JSON.stringify(request.result));
      }
      db.close();
    }
    return texts.join('\n');
  });

async function fillEndpoint() {
  const { page } = studio;
  await page.getByText('A language model', { exact: true }).click();
  await page.getByLabel('Endpoint').fill(endpoint.url);
  await page.getByLabel('Model', { exact: true }).fill('judge-1');
  await page.getByLabel('Key').fill(KEY);
  await page.getByLabel('Price of 1M tokens asked').fill('1');
  await page.getByLabel('Price of 1M tokens answered').fill('4');
  await page.getByLabel('Spend at most').fill('1');
  await page.getByText('More settings').click();
  await page.getByLabel('Questions at once').fill('1');
}

test('a language model’s lists: cost before and while, stopped, reloaded, gone on with, nothing asked twice', async () => {
  const { page } = studio;
  await fillEndpoint();
  await page.getByText(/^16 lists to make\./).waitFor();
  await page.getByText(/16 questions to 127\.0\.0\.1:\d+: about\s+[\d,]+ tokens asked/).waitFor();
  const start = page.getByRole('button', { name: 'Make lists' });
  expect(await start.isDisabled()).toBe(true);
  await page.getByLabel('I may send these texts there, and want to').check();
  // The passages in the opposite order; one answer is nonsense, one comes too early, and during the seventh somebody stops.
  const seventh = signal();
  const stopped = signal();
  endpoint.spoil(async ({ number, body }) => {
    if (number === 1) return { status: 429, headers: { 'Retry-After': '1' } };
    if (number === 3) return 'I would rather not.';
    if (number === 7) {
      seventh.give();
      await stopped.given;
    }
    const count = [...body.messages.at(-1)!.content.matchAll(/^\[\d+\] /gm)].length;
    return Array.from({ length: count }, (_, i) => `[${count - i}]`).join(' > ');
  });
  await start.click();
  await page.getByText(/Trying again in .*429/).waitFor();
  await seventh.given;
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText(/^Waiting for what is under way: it is paid for already/).waitFor();
  stopped.give();
  await page.getByText(/^Stopped\. What is there is kept/).waitFor();
  const before = endpoint.charged();
  expect(before).toBe(7);
  expect(endpoint.questions[0]!.headers.authorization).toBe(`Bearer ${KEY}`);

  await page.reload();
  await page.getByRole('button', { name: 'Go on …' }).click();
  expect(await page.getByLabel('Key').inputValue()).toBe('');
  await page.getByLabel('Key').fill(KEY);
  await page.getByText(/^9 lists to make\. 7 lists are there already/).waitFor();
  await page.getByLabel('I may send these texts there, and want to').check();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByText('15 lists stored as').waitFor();
  expect(endpoint.charged()).toBe(16);
  await page.getByText('1 list is left out: the teacher put nothing in order').waitFor();

  // The list that is shown is BM25's, turned round.
  const ranks = page.getByRole('region', { name: 'What is learnt from' }).getByRole('listitem');
  await ranks
    .first()
    .getByText(/^up \d+$/)
    .waitFor({ state: 'attached' });
  const all = await kept();
  expect(all).toContain('judge-1');
  expect(all).not.toContain(KEY);
  expect(studio.complaints.join()).not.toContain(KEY);
});

test('an ONNX cross-encoder of the hub gives the scores that our own engine gives, offline too the second time', async () => {
  const { page } = studio;
  const config = readConfig(JSON.parse(readFileSync(join(TINY_MODEL, 'config.json'), 'utf8')));
  const weights = join(TINY_MODEL, 'model.safetensors');
  const onnx = await writeOnnx(config, await openSafetensors(weights, await openAsBlob(weights)), { tokenTypes: true });
  const files: Record<string, Buffer> = { 'onnx/model.onnx': Buffer.from(await onnx.arrayBuffer()) };
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    files[name] = readFileSync(join(TINY_MODEL, name));
  const downloads: string[] = [];
  await page.context().route(`https://huggingface.co/${HUB_MODEL}/resolve/main/**`, (route) => {
    const path = route.request().url().split('/resolve/main/')[1]!;
    downloads.push(path);
    const headers = { 'Access-Control-Allow-Origin': '*' };
    return files[path] ? route.fulfill({ headers, body: files[path] }) : route.fulfill({ headers, status: 404 });
  });

  const make = async (depth: string) => {
    await page.getByText('A cross-encoder', { exact: true }).click();
    await page.getByLabel('Model of the hub').fill(HUB_MODEL);
    await page.getByLabel('Passages of a list').fill(depth);
    await page.getByLabel('Name of the new run').fill(`of ${depth}`);
    await page.getByLabel(/Keep its scores in the run/).check();
    await page.getByRole('button', { name: 'Make lists' }).click();
    await page.getByText(`16 lists stored as of ${depth}`).waitFor();
  };
  await make('5');
  expect(downloads.toSorted()).toEqual(['config.json', 'onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json']);
  await make('4');
  expect(downloads).toHaveLength(4);

  const { taught, reranked } = await page.evaluate(async () => {
    const app = window.rerankStudio;
    await app.installDemo();
    const [checkpoint, all] = [(await app.checkpoints())[0]!, await app.datasets()];
    const idOf = (kind: string, name: string) => all.find((entry) => entry.kind === kind && entry.name === name)!.id;
    const run = await app.rerank({
      ...{ checkpoint: checkpoint.id, collection: idOf('collection', 'corpus'), queries: idOf('queries', 'queries') },
      ...{ run: idOf('run', 'queries BM25'), depth: 4, name: 'ours' },
    });
    const read = async (id: string) => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('rerank-studio');
        request.onsuccess = () => resolve(request.result);
      });
      const request = db
        .transaction('rankings')
        .objectStore('rankings')
        .getAll(IDBKeyRange.bound([id], [id, []]));
      await new Promise((resolve) => (request.onsuccess = resolve));
      db.close();
      const parts = request.result as { documents: string[]; scores: Float64Array }[];
      return parts.map(({ documents, scores }) => documents.map((document, i) => [document, scores[i]!] as const));
    };
    const taught = idOf('run', 'of 4');
    return { taught: await read(taught), reranked: await read(run) };
  });
  expect(taught.map((list) => list.map(([document]) => document))).toEqual(
    reranked.map((list) => list.map(([document]) => document)),
  );
  taught.forEach((list, q) => list.forEach(([, score], i) => expect(score).toBeCloseTo(reranked[q]![i]![1], 4)));
  expect(studio.complaints).toEqual([]);
});
