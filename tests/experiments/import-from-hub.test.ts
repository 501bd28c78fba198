import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importFromHub, modelIdOf, offerOf, type HubEvent } from '../../src/experiments/import-from-hub';
import { findCheckpoint } from '../../src/experiments/sources';
import type { Hub } from '../../src/hub/hub';
import type { Library } from '../../src/storage/library';
import tokenizers from '../goldens/tokenizer.json';
import { fakeHub, type FakeHub } from '../hub/fake-hub';
import { census, freshLibrary } from '../storage/helpers';

const COMMIT = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const golden = (path: string) => new Uint8Array(readFileSync(new URL(`../goldens/${path}`, import.meta.url)));
const text = (value: unknown) => new Uint8Array(Buffer.from(JSON.stringify(value)));
const bert = {
  'config.json': golden('tiny-models/bert.config.json'),
  'tokenizer.json': text(tokenizers.bert.tokenizer),
};
const weights = { 'model.safetensors': golden('tiny-models/bert.safetensors') };
const MODEL = 'cross-encoder/tiny';

let server: FakeHub;
let hub: Hub;
let library: Library;
beforeEach(async () => {
  server = await fakeHub({
    [MODEL]: { commit: COMMIT, revisions: ['v1'], licence: 'apache-2.0', files: { ...bert, ...weights } },
  });
  hub = { url: server.url, fetch, retryMs: 1 };
  library = await freshLibrary();
});
afterEach(() => server.close());

async function bring(reference: string): Promise<HubEvent[]> {
  const events: HubEvent[] = [];
  const signal = new AbortController().signal;
  for await (const event of importFromHub(library, hub, modelIdOf(reference), signal)) events.push(event);
  return events;
}
const checkpointOf = (events: HubEvent[]) => {
  const last = events.at(-1)!;
  if (last.type !== 'done') throw new Error('no checkpoint');
  return last.checkpoint;
};

describe('a model of the hub', () => {
  it('becomes a checkpoint of its name; nothing else is left', async () => {
    const checkpoint = checkpointOf(await bring(MODEL));
    expect(checkpoint).toMatchObject({
      name: MODEL,
      source: MODEL,
      family: 'bert',
      hub: { model: MODEL, commit: COMMIT, licence: 'apache-2.0' },
    });
    expect(await census(library)).toEqual({ checkpoints: 1, manifests: 1, chunks: 1 });
    expect(await findCheckpoint(library, { sources: {}, texts: {} }, MODEL)).toEqual(checkpoint);
    expect(await findCheckpoint(library, { sources: {}, texts: {} }, `${MODEL}@c0ffee0`)).toEqual(checkpoint);
  });

  it('that is stored is not asked for again, and is there without a network', async () => {
    const first = checkpointOf(await bring(MODEL));
    const requests = server.requests;
    await server.close();
    expect(await bring(MODEL)).toEqual([{ type: 'done', checkpoint: first }]);
    expect(await offerOf(library, hub, modelIdOf(MODEL))).toMatchObject({ stored: first.id, bytes: 0 });
    expect(server.requests).toBe(requests);
  });

  it('of a revision is another one', async () => {
    const main = checkpointOf(await bring(MODEL));
    const pinned = checkpointOf(await bring(`${MODEL}@v1`));
    expect(pinned.id).not.toBe(main.id);
    expect(pinned).toMatchObject({ name: `${MODEL}@v1`, hub: { revision: 'v1', commit: COMMIT } });
    await expect(findCheckpoint(library, { sources: {}, texts: {} }, `${MODEL}@v2`)).rejects.toThrow(
      `there is no checkpoint "${MODEL}@v2" (stored: ${MODEL}@v1, ${MODEL}): download it, import its folder, or name one of these`,
    );
  });

  it('that has another name now is stored by both', async () => {
    server.models.set('tiny', { ...server.models.get(MODEL)!, renamed: MODEL });
    const checkpoint = checkpointOf(await bring('tiny'));
    expect(checkpoint).toMatchObject({ name: 'tiny', source: 'tiny', hub: { model: MODEL } });
    await server.close();
    expect(await bring('tiny')).toEqual([{ type: 'done', checkpoint }]);
    expect(await bring(MODEL)).toEqual([{ type: 'done', checkpoint }]);
  });

  it('is told with its size and licence before it is fetched', async () => {
    const bytes = Object.values({ ...bert, ...weights }).reduce((sum, file) => sum + file.length, 0);
    expect(await offerOf(library, hub, modelIdOf(MODEL))).toEqual({
      reference: MODEL,
      commit: COMMIT,
      gated: false,
      licence: 'apache-2.0',
      bytes,
    });
    expect(server.fetched).toEqual([]);
  });

  it('in an old form is imported, and what was left out is told', async () => {
    const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'bee'].join('\n');
    server.models.set('google/old', {
      commit: COMMIT,
      files: {
        'config.json': bert['config.json'],
        'vocab.txt': new Uint8Array(Buffer.from(vocabulary)),
        'pytorch_model.bin': golden('torch-bin/language-model.bin'),
      },
    });
    const { notes, files } = checkpointOf(await bring('google/old'));
    expect(notes?.[0]).toContain('Left out: cls.predictions.decoder.weight');
    expect(Object.keys(files).sort()).toEqual(['config.json', 'tokenizer.json', 'vocab.txt']);
  });

  it('that was broken off goes on, also after its branch has moved', async () => {
    server.cuts = [20_000, 0, 0, 0, 0];
    await expect(bring(MODEL)).rejects.toThrow('is kept: the download goes on from there');
    expect((await library.downloads()).map(({ reference }) => reference)).toEqual([MODEL]);
    const model = server.models.get(MODEL)!;
    server.models.set(MODEL, { ...model, commit: 'd'.repeat(40), revisions: [COMMIT] });
    server.fetched = [];
    expect(checkpointOf(await bring(MODEL)).hub?.commit).toBe(COMMIT);
    expect(server.fetched).toEqual(['model.safetensors bytes=20000-']);
    expect(await library.downloads()).toEqual([]);
  });

  it('of an unknown architecture is refused before its weights are fetched', async () => {
    const config = JSON.parse(Buffer.from(bert['config.json']).toString()) as object;
    server.models.set('a/distil', {
      commit: COMMIT,
      files: { ...bert, ...weights, 'config.json': text({ ...config, model_type: 'distilbert' }) },
    });
    await expect(bring('a/distil')).rejects.toThrow(
      'a/distil: config.json: model_type: expected one of bert, electra, roberta, found "distilbert"',
    );
    expect(server.fetched).toEqual(['config.json', 'tokenizer.json']);
    expect(await census(library)).toEqual({});
  });

  it('goes by an id', () => {
    expect(() => modelIdOf('no such id')).toThrow(
      '"no such id": expected the id of a model, OWNER/NAME or OWNER/NAME@REVISION',
    );
  });
});
