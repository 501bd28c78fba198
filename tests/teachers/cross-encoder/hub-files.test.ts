import { afterEach, expect, it, vi } from 'vitest';
import { hubFiles, type Arriving } from '../../../src/teachers/cross-encoder/model-files';
import { freeModel, keptModels } from '../../../src/teachers/cross-encoder/onnx-cache';
import { told } from '../../../src/teachers/told';

afterEach(() => vi.unstubAllGlobals());

/** The browser's Cache API, in memory. */
function fakeCaches() {
  const stored = new Map<string, Response>();
  return {
    stored,
    open: async () => ({
      match: async (asked: string | { url: string }) =>
        stored.get(typeof asked === 'string' ? asked : asked.url)?.clone(),
      put: async (url: string, response: Response) => void stored.set(url, response),
      keys: async () => [...stored.keys()].map((url) => ({ url })),
      delete: async ({ url }: { url: string }) => stored.delete(url),
    }),
  };
}

it('a file of the hub is downloaded once, and tells how far it is', async () => {
  const caches = fakeCaches();
  const asked: string[] = [];
  const answer = vi.fn(async (url: string) => {
    asked.push(url);
    const found = url.endsWith('config.json');
    return new Response(found ? '{"a": 1}' : null, { status: found ? 200 : 404, headers: { 'Content-Length': '8' } });
  });
  vi.stubGlobal('caches', caches);
  vi.stubGlobal('fetch', answer);
  const signal = new AbortController().signal;
  const arriving: Arriving[] = [];
  const reading = told<Arriving, string>(async (tell) => {
    const files = hubFiles('someone/model', { signal, tell });
    expect(await files.read('tokenizer.json')).toBeUndefined();
    return new TextDecoder().decode(await files.read('config.json'));
  });
  let step = await reading.next();
  for (; !step.done; step = await reading.next()) arriving.push(step.value);
  expect(step.value).toBe('{"a": 1}');
  expect(arriving.at(-1)).toEqual({ file: 'config.json', bytes: 8, of: 8 });
  expect(asked).toEqual(
    ['tokenizer.json', 'config.json'].map((path) => `https://huggingface.co/someone/model/resolve/main/${path}`),
  );

  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const files = hubFiles('someone/model', { signal, tell: () => {} });
  expect(new TextDecoder().decode(await files.read('config.json'))).toBe('{"a": 1}');
  await expect(files.read('onnx/model.onnx')).rejects.toThrow(
    /someone\/model: huggingface\.co cannot be reached: check the connection/,
  );
});

it('a model that is not there, or not public, is an error', async () => {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 401 }));
  const files = hubFiles('someone/secret', { signal: new AbortController().signal, tell: () => {} });
  await expect(files.read('config.json')).rejects.toThrow(
    /^someone\/secret: huggingface\.co has no public model of that id/,
  );
});

it('a mirror and a revision are used in the hub’s place', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => (asked.push(url), new Response('{}')));
  const options = { signal: new AbortController().signal, tell: () => {}, url: 'https://mirror.example/' };
  await hubFiles('someone/model@refs/pr/3', options).read('onnx/model.onnx');
  expect(asked).toEqual(['https://mirror.example/someone/model/resolve/refs%2Fpr%2F3/onnx/model.onnx']);
});

it('what is kept can be seen, and freed', async () => {
  const caches = fakeCaches();
  vi.stubGlobal('caches', caches);
  expect(await keptModels()).toEqual([]);
  vi.stubGlobal('fetch', async (url: string) => new Response('x'.repeat(url.endsWith('.onnx') ? 100 : 10)));
  const options = { signal: new AbortController().signal, tell: () => {} };
  await hubFiles('a/small', options).read('config.json');
  for (const path of ['config.json', 'onnx/model.onnx']) await hubFiles('b/large', options).read(path);
  expect(await keptModels()).toEqual([
    { model: 'b/large', bytes: 110 },
    { model: 'a/small', bytes: 10 },
  ]);
  await freeModel('b/large');
  expect((await keptModels()).map(({ model }) => model)).toEqual(['a/small']);
});
