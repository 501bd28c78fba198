import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginDownload, fetchDownload, type DownloadProgress } from '../../src/hub/download';
import { downloadedBytes } from '../../src/hub/download-sizes';
import type { Hub } from '../../src/hub/hub';
import { HubError } from '../../src/hub/hub-error';
import { parseModelId } from '../../src/hub/model-id';
import type { Library } from '../../src/storage/library';
import { census, freshLibrary } from '../storage/helpers';
import { fakeHub, type FakeHub } from './fake-hub';

const COMMIT = 'c0ffee0123456789c0ffee0123456789c0ffee01';
/** Two pieces: one of 8 MiB, one short. */
const WEIGHTS = new Uint8Array(randomBytes(9_000_000));
const texts = { 'config.json': new Uint8Array(Buffer.from('{}')), 'vocab.txt': new Uint8Array(Buffer.from('[PAD]')) };
const id = parseModelId('a/b')!;

let server: FakeHub;
let hub: Hub;
let library: Library;
let controller: AbortController;
beforeEach(async () => {
  server = await fakeHub({
    'a/b': {
      commit: COMMIT,
      files: { ...texts, 'model.safetensors': WEIGHTS, 'tf_model.h5': WEIGHTS },
      revisions: ['v1'],
    },
  });
  hub = { url: server.url, fetch, retryMs: 5 };
  library = await freshLibrary();
  controller = new AbortController();
});
afterEach(() => server.close());

async function run(told: DownloadProgress[] = [], asked = id) {
  const download = await beginDownload(library, hub, asked, controller.signal);
  const steps = fetchDownload(library, hub, download, controller.signal);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    told.push(step.value);
  }
}
const stored = async () => downloadedBytes((await library.downloads())[0]!);
const weightsOf = async (files: Awaited<ReturnType<typeof run>>) =>
  new Uint8Array(await files.find(({ name }) => name === 'model.safetensors')!.file.arrayBuffer());

describe('a download', () => {
  it('brings the files of the model and no others, with progress in bytes', async () => {
    const told: DownloadProgress[] = [];
    const files = await run(told);
    expect(files.map(({ name }) => name)).toEqual(['config.json', 'vocab.txt', 'model.safetensors']);
    expect(Buffer.compare(await weightsOf(files), WEIGHTS)).toBe(0);
    expect(server.fetched).toEqual(['config.json', 'vocab.txt', 'model.safetensors']);
    expect((await library.downloads())[0]!.files[2]!.pieces).toEqual([8 << 20, 9_000_000 - (8 << 20)]);
    const total = 9_000_000 + 7;
    expect(told.every((progress) => progress.total <= total && progress.done <= progress.total)).toBe(true);
    expect(told.some(({ what }) => what === 'downloading a/b')).toBe(true);
    expect(told.some(({ what }) => what === 'checking a/b')).toBe(true);
  });

  it('that is cut goes on where it was, by ranges', async () => {
    server.cuts = [4_000_000, 100, 3_000_000];
    expect(Buffer.compare(await weightsOf(await run()), WEIGHTS)).toBe(0);
    const ranges = server.fetched
      .filter((line) => line.startsWith('model'))
      .map((line) => Number(/(\d+)-/.exec(line)?.[1] ?? 0));
    expect(ranges).toHaveLength(4);
    expect(ranges[0]).toBe(0);
    // What the client had not read when the connection broke is asked for again, and nothing else.
    expect(ranges[1]).toBeGreaterThan(0);
    expect(ranges[1]).toBeLessThanOrEqual(4_000_000);
    for (let i = 1; i < 4; i++) expect(ranges[i]).toBeGreaterThanOrEqual(ranges[i - 1]!);
  });

  it('goes on without ranges too', async () => {
    server.cuts = [4_000_000];
    server.noRanges = true;
    expect(Buffer.compare(await weightsOf(await run()), WEIGHTS)).toBe(0);
  });

  it('goes on after an answer that the hub is busy', async () => {
    server.failWith = [503, 429];
    expect(Buffer.compare(await weightsOf(await run()), WEIGHTS)).toBe(0);
  });

  it('that loses its network keeps what has arrived, says so, and goes on in another session', async () => {
    server.cuts = [8_500_000, 0, 0, 0, 0];
    const failing = run();
    await expect(failing).rejects.toThrow(HubError);
    await expect(failing).rejects.toThrow(/^a\/b: 127\.0\.0\.1:\d+ cannot be reached.*What has arrived, \d+%, is kept/);
    const kept = await stored();
    expect(kept).toBeGreaterThan(8 << 20);
    server.fetched = [];
    expect(Buffer.compare(await weightsOf(await run()), WEIGHTS)).toBe(0);
    expect(server.fetched).toEqual([`model.safetensors bytes=${kept - 7}-`]);
  });

  it('that is cancelled keeps what has arrived, to the byte', async () => {
    server.pauseAfter = 8_900_000;
    const going = run();
    while (((await library.downloads())[0]?.files[2]?.pieces.length ?? 0) === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort(new Error('stop'));
    await expect(going).rejects.toThrow('stop');
    const kept = await stored();
    expect(kept).toBeGreaterThan(8 << 20);
    server.goOn();
    delete server.pauseAfter;
    server.fetched = [];
    controller = new AbortController();
    expect(Buffer.compare(await weightsOf(await run()), WEIGHTS)).toBe(0);
    expect(server.fetched).toEqual([`model.safetensors bytes=${kept - 7}-`]);
  });

  it('that is whole needs no network', async () => {
    await run();
    await server.close();
    expect(Buffer.compare(await weightsOf(await run()), WEIGHTS)).toBe(0);
  });

  it('whose bytes are not those that the hub hashed is thrown away', async () => {
    const claim = 'ab'.repeat(32);
    server.models.get('a/b')!.claims = { 'model.safetensors': claim };
    await expect(run()).rejects.toThrow(
      new RegExp(`a/b: model.safetensors: expected SHA-256 ${claim}, found [0-9a-f]{64}: it was damaged`),
    );
    expect(await stored()).toBe(7);
  });

  it('of more bytes than announced is refused', async () => {
    await beginDownload(library, hub, id, controller.signal);
    server.models.get('a/b')!.files['vocab.txt'] = new Uint8Array(6);
    await expect(run()).rejects.toThrow('a/b: vocab.txt: expected 5 bytes, found more');
  });

  it('for which the browser has no room does not begin', async () => {
    library.storageReport = async () => ({ usage: 90_000_000, quota: 100_000_000, persisted: false });
    await expect(run()).rejects.toThrow(
      "a/b: needs 19 MB of the browser's storage while it is stored, found 10 MB free (90 MB of 100 MB used): delete",
    );
    expect(server.fetched).toEqual([]);
  });

  it('goes on in one tab at a time', async () => {
    const download = await beginDownload(library, hub, id, controller.signal);
    const release = await library.claimDownload(download.id);
    await expect(run()).rejects.toThrow('another tab downloads it');
    release!();
    await run();
  });
});

describe('a model', () => {
  const refused = (text: string) => beginDownload(library, hub, parseModelId(text)!, controller.signal);

  it('of a revision is fetched by that revision’s commit', async () => {
    const { reference, hub: origin } = await refused('a/b@v1');
    expect({ reference, origin }).toEqual({
      reference: 'a/b@v1',
      origin: { model: 'a/b', revision: 'v1', commit: COMMIT },
    });
  });

  it('in shards is fetched whole', async () => {
    const map = { weight_map: { x: 'm-1.bin', y: 'm-2.bin' } };
    const index = new Uint8Array(Buffer.from(JSON.stringify(map)));
    const shards = { 'm-1.bin': new Uint8Array(11), 'm-2.bin': new Uint8Array(12), 'm-3.bin': new Uint8Array(13) };
    server.models.set('a/sharded', {
      commit: COMMIT,
      files: { ...texts, 'pytorch_model.bin.index.json': index, ...shards },
    });
    const files = await run([], parseModelId('a/sharded'));
    expect(files.map(({ name }) => name)).toEqual([
      ...Object.keys(texts),
      'pytorch_model.bin.index.json',
      'm-1.bin',
      'm-2.bin',
    ]);
  });

  it.each([
    [
      'x/unknown',
      'unknown',
      /^x\/unknown: 127\.0\.0\.1:\d+ has no public model of that id: it is mistyped, private or gone/,
    ],
    ['a/b@v2', 'unknown', /^a\/b@v2: .* has the model a\/b, but no revision "v2" of it/],
    [
      'a/gated',
      'gated',
      /^a\/gated: .*accept its terms\. Log in at http:.*\/a\/gated, accept them, download config\.json.*import that folder/,
    ],
    [
      'a/keras',
      'unreadable',
      'a/keras: expected model.safetensors or pytorch_model.bin in its repository, found config.json, vocab.txt, tf_model.h5',
    ],
    ['a/bare', 'unreadable', 'a/bare: expected config.json in its repository, found model.safetensors'],
    ['a/mute', 'unreadable', 'a/mute: expected tokenizer.json, vocab.txt or vocab.json in its repository'],
  ])('%s is refused: %s', async (text, trouble, message) => {
    const some = new Uint8Array(3);
    server.models.set('a/gated', { commit: COMMIT, gated: 'manual', files: { ...texts, 'model.safetensors': some } });
    server.models.set('a/keras', { commit: COMMIT, files: { ...texts, 'tf_model.h5': some } });
    server.models.set('a/bare', { commit: COMMIT, files: { 'model.safetensors': some } });
    server.models.set('a/mute', { commit: COMMIT, files: { 'config.json': some, 'model.safetensors': some } });
    await expect(refused(text)).rejects.toThrow(message);
    await expect(refused(text)).rejects.toMatchObject({ name: 'HubError', trouble });
    expect(await census(library)).toEqual({});
  });

  it('cannot be looked up without a network', async () => {
    await server.close();
    await expect(refused('a/b')).rejects.toThrow(
      /cannot be reached: check the connection and try again\. Or download the model’s folder on another machine and import it/,
    );
  });
});
