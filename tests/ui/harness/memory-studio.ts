/** A studio in memory with invented contents: what the pages look like, without workers. Only for the harness. */
import type { ExperimentEvent } from '../../../src/experiments/events';
import type { Checkpoint, Dataset, DatasetKind, Experiment } from '../../../src/storage/entries';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const now = Date.now();
let next = 0;

const TOPICS = [
  'tides',
  'bread ovens',
  'bicycle gears',
  'bees in winter',
  'paper making',
  'lighthouses',
  'soap',
  'glaciers',
];
const passages = Array.from({ length: 400 }, (_, i) => ({
  id: `p${String(i).padStart(3, '0')}`,
  text: `${TOPICS[i % 8]![0]!.toUpperCase()}${TOPICS[i % 8]!.slice(1)}, note ${i}. ${'What happens here depends on warmth, pressure and patience, and on how the parts were made. '.repeat(1 + (i % 4))}`,
}));
const queries = Array.from({ length: 48 }, (_, i) => ({
  id: `q${i}`,
  text: `why do ${TOPICS[i % 8]} ${['change with the season', 'need salt', 'make that sound', 'last so long'][i % 4]}`,
}));

function dataset(kind: DatasetKind, name: string, count: number, extra: Partial<Dataset> = {}): Dataset {
  const source = 'the embedded demo';
  return {
    id: `d${next++}`,
    kind,
    name,
    count,
    bytes: count * 180,
    createdAt: now - next * 400_000,
    source,
    state: 'ready',
    ...extra,
  };
}
const datasets: Dataset[] = location.search.includes('empty')
  ? []
  : [
      dataset('collection', 'demo', 400),
      dataset('queries', 'demo-train', 32),
      dataset('queries', 'demo-test', 16),
      dataset('qrels', 'demo-train', 140),
      dataset('qrels', 'demo-test', 61),
      dataset('run', 'demo-teacher', 640, { madeFrom: { system: 'teacher' } }),
      dataset('run', 'demo-test BM25', 1600, { madeFrom: { system: 'BM25' } }),
      dataset('run', 'demo-test CL', 1600, { madeFrom: { system: 'CL' } }),
      dataset('run', 'demo-test CL→KD', 1600, { madeFrom: { system: 'CL→KD' } }),
      dataset('collection', 'msmarco-passages', 8_841_823, { bytes: 3.1e9, source: 'collection.tsv.gz' }),
      dataset('collection', 'half-read', 120_000, { state: 'importing' }),
    ];
const checkpoint = (name: string, extra: Partial<Checkpoint> = {}): Checkpoint => ({
  id: `c${next++}`,
  name,
  family: 'bert',
  finished: true,
  parameters: 1_184_257,
  bytes: 4_737_028,
  createdAt: now - next * 300_000,
  state: 'ready',
  input: { maxLength: 256, tokenTypes: true, truncation: 'longest_first' },
  files: {},
  ...extra,
});
const checkpoints: Checkpoint[] = datasets.length
  ? [
      checkpoint('rerank-mini', { source: 'the embedded demo' }),
      checkpoint('cross-encoder/ms-marco-MiniLM-L6-v2', {
        source: 'cross-encoder/ms-marco-MiniLM-L6-v2',
        hub: { model: 'cross-encoder/ms-marco-MiniLM-L6-v2', commit: 'c0ffee0', licence: 'apache-2.0' },
        notes: ['Left out: cls.predictions.bias and 4 more, the head of a language model'],
      }),
      checkpoint('demo-cl-kd CL', { objective: 'CL', experiment: 'e0', step: 120 }),
      checkpoint('demo-cl-kd CL→KD', { objective: 'KD', experiment: 'e0', step: 80 }),
    ]
  : [];
const experiments: Experiment[] = datasets.length
  ? [
      {
        id: 'e0',
        name: 'demo-cl-kd',
        recipe: 'name: demo-cl-kd\n',
        state: 'finished',
        createdAt: now - 9e6,
        finishedAt: now - 8.8e6,
      },
      { id: 'e1', name: 'my-abstracts', recipe: 'name: my-abstracts\n', state: 'running', createdAt: now - 9e7 },
    ]
  : [];
const downloads = datasets.length
  ? [
      {
        id: 'google/electra-base-discriminator@c0ffee0',
        reference: 'google/electra-base-discriminator',
        hub: { model: 'google/electra-base-discriminator', commit: 'c0ffee0' },
        files: [{ name: 'pytorch_model.bin', bytes: 440e6, pieces: [189e6] }],
        createdAt: now - 1e6,
      },
    ]
  : [];
const deleted: { type: string; entry: { id: string } }[] = [];
let answer: (goOn: boolean) => void = () => {};
const measures = (base: number) => ({ 'nDCG@10': base, 'RR@10': base + 0.06, AP: base - 0.11 });

async function* training(name: string): AsyncGenerator<ExperimentEvent> {
  const id = `e${next++}`;
  const experiment: Experiment = { id, name, recipe: '', state: 'running', createdAt: Date.now() };
  experiments.unshift(experiment);
  yield { type: 'started', experiment: id, name };
  for (let i = 0; i <= 6; i++) {
    yield { type: 'progress', what: 'Indexing the collection for BM25', done: i * 60, total: 360 };
    await sleep(120);
  }
  yield { type: 'note', message: '2 queries were left out: no relevant document among the first 200' };
  for (const [index, stage] of ['CL', 'KD'].entries()) {
    const of = 200;
    yield { type: 'stage', stage, index, stages: 2, steps: of, done: 0, queries: 30, dropped: 2 };
    for (let step = 1; step <= of; step++) {
      await sleep(40);
      const base = index === 0 ? 2.1 * Math.exp(-step / 60) + 0.5 : 0.69 * Math.exp(-step / 90) + 0.2;
      yield {
        type: 'step',
        stage,
        of,
        step,
        etaMs: (of - step + (1 - index) * of) * 40,
        loss: base + 0.25 * Math.random(),
        gradNorm: 3 + 2 * Math.random() - index,
        learningRate: 1e-5 * Math.min(1, step / 20),
        tokens: 2400 + 400 * Math.random(),
        ms: 40,
      };
      if (step % 10 === 1) {
        const docs = Array.from({ length: 8 }, (_, i) => passages[(step * 7 + i * 31) % 400]!.id);
        const labels = index === 0 ? docs.map((_, i) => (i === 2 ? 1 : 0)) : docs.map((_, i) => 8 - i);
        const scores = [docs.map((_, i) => labels[i]! * step * 0.01 + Math.random())];
        yield { type: 'batch', stage, step, batch: [{ query: queries[step % 48]!.id, docs, labels }], scores };
      }
      if (step % 50 === 0) {
        yield {
          type: 'validation',
          stage,
          step,
          loss: base,
          best: true,
          measures: measures(0.4 + index * 0.1 + step / 1000),
        };
        yield { type: 'checkpoint', stage, step, checkpoint: `c${next++}` };
      }
    }
  }
  for (const [system, base, p] of [
    ['BM25', 0.51, null],
    ['before training', 0.22, 0.0002],
    ['CL', 0.58, 0.03],
    ['CL→KD', 0.63, 0.004],
  ] as const) {
    yield {
      type: 'measures',
      testSet: 'demo-test',
      system,
      run: 'd7',
      measures: measures(base),
      p: { 'nDCG@10': p, 'RR@10': p, AP: p && p * 3 },
    };
  }
  experiment.state = 'finished';
  yield { type: 'done', experiment: id };
}

const data = {
  datasets: async () => [...datasets],
  checkpoints: async () => [...checkpoints],
  experiments: async () => [...experiments],
  experimentLog: async () => [],
  storage: async () => ({ usage: 48_300_000, quota: 61_000_000_000, persisted: false }),
  persist: async () => true,
  async preview(file: File, name: string) {
    await sleep(200);
    const lines = (await file.slice(0, 4000).text()).split('\n').slice(0, 3);
    if (/\.md$/.test(name))
      return { reason: 'no format recognised: expected TSV, JSONL, TREC qrels or a TREC run', sample: lines };
    const kind: DatasetKind = /quer/.test(name)
      ? 'queries'
      : /qrel/.test(name)
        ? 'qrels'
        : /run|trec/.test(name)
          ? 'run'
          : 'collection';
    return { kind, format: 'TSV, 2 columns', sample: lines };
  },
  importDataset: async (request: { kind: DatasetKind; name: string; file: File; fileName: string }) =>
    (async function* () {
      const errors = request.fileName.includes('bad')
        ? [3, 9].map((line) => ({
            file: request.fileName,
            line,
            reason: 'expected 2 columns, found 1',
            excerpt: 'a line without a tab',
          }))
        : [];
      for (let i = 1; i <= 20; i++) {
        await sleep(80);
        yield {
          type: 'progress',
          records: i * 1000,
          bytesRead: i * 5,
          totalBytes: 100,
          badLines: errors.length,
          errors,
        };
        if (i === 8 && errors.length) {
          yield { type: 'question', records: 200, badLines: 2, errors };
          if (!(await new Promise<boolean>((resolve) => (answer = resolve)))) return;
        }
      }
      const made = dataset(request.kind, request.name, 20_000, { source: request.fileName, createdAt: Date.now() });
      datasets.push(made);
      yield { type: 'done', dataset: made, badLines: errors.length, errors };
    })(),
  answerImport: async (goOn: boolean) => answer(goOn),
  async browse(id: string, offset: number, limit: number, search?: string) {
    await sleep(60);
    const all = datasets.find((one) => one.id === id)?.kind === 'queries' ? queries : passages;
    const found = search ? all.filter((row) => row.id.includes(search) || row.text.includes(search)) : all;
    return { rows: found.slice(offset, offset + limit), total: found.length };
  },
  find: async (_id: string, wanted: string) => [...passages, ...queries].find((row) => row.id === wanted),
  health: async () => ({ findings: [{ what: 'unjudgedInTop10', count: 12, of: 80, examples: ['q1: p003'] }] }),
  texts: async (_id: string, ids: string[]) =>
    ids.map((id) => [...passages, ...queries].find((one) => one.id === id) ?? { id, text: '' }),
  judgements: async () => ({ p000: 2, p008: 1, p016: 0 }),
  exportDataset: async () => new Blob(['x\ty\n']),
  exportCheckpoint: async () => [{ name: 'config.json', file: new Blob(['{}']) }],
  async importCheckpoint(name: string) {
    await sleep(900);
    checkpoints.push(checkpoint(name, { createdAt: Date.now(), source: name }));
    return checkpoints.at(-1)!;
  },
  async evaluate({ run, baseline, measures: names }: { run: string; baseline?: string; measures: string[] }) {
    await sleep(50);
    const quality = 0.4 + 0.07 * datasets.filter((one) => one.kind === 'run').findIndex((one) => one.id === run);
    const perQuery = Object.fromEntries(
      queries.map((query, i) => [
        query.id,
        Object.fromEntries(
          names.map((name, j) => [name, Math.max(0, Math.min(1, quality + Math.sin(i * (j + 1) + quality * 9) * 0.3))]),
        ),
      ]),
    );
    const mean = Object.fromEntries(
      names.map((name) => [name, queries.reduce((sum, query) => sum + perQuery[query.id]![name]!, 0) / 48]),
    );
    return {
      mean,
      perQuery,
      baseline:
        baseline &&
        Object.fromEntries(names.map((name, j) => [name, { difference: quality - 0.4, p: 0.001 + j * 0.02 }])),
    };
  },
  lookUpModel: async (reference: string) => {
    await sleep(400);
    if (reference.includes('gated')) return { reference, commit: 'c0ffee0'.repeat(6).slice(2), gated: true, bytes: 0 };
    if (!reference.includes('/')) throw new Error(`${reference}: huggingface.co has no public model of that id`);
    return {
      reference,
      commit: 'c0ffee0'.repeat(6).slice(2),
      licence: 'apache-2.0',
      gated: false,
      parameters: 33.4e6,
      bytes: 134e6,
    };
  },
  downloadModel: async (reference: string) =>
    (async function* () {
      for (let i = 1; i <= 60; i++) {
        await sleep(120);
        const what = `downloading ${reference}`;
        yield { type: 'progress', what, done: i * 7e6, total: 440e6, unit: 'bytes', remainingMs: (60 - i) * 1100 };
        if (i === 25 && reference.includes('roberta')) {
          throw new Error(
            `${reference}: huggingface.co cannot be reached: check the connection and try again. What has arrived, 39%, is kept`,
          );
        }
      }
      checkpoints.push(checkpoint(reference, { createdAt: Date.now(), source: reference }));
      yield { type: 'done', checkpoint: checkpoints.at(-1) };
    })(),
  cancelDownload: async () => {},
  downloads: async () => downloads,
  discardDownload: async () => void downloads.splice(0),
  installDemo: async () =>
    (async function* () {
      for (let i = 0; i <= 9; i++) {
        yield { type: 'progress', what: 'demo', done: i, total: 9 };
        await sleep(60);
      }
    })(),
  async remove(type: string, id: string) {
    const list = (type === 'dataset' ? datasets : type === 'checkpoint' ? checkpoints : experiments) as {
      id: string;
    }[];
    const at = list.findIndex((one) => one.id === id);
    deleted.push({ type, entry: list.splice(at, 1)[0]! });
  },
  async restore(type: string, id: string) {
    const at = deleted.findIndex((one) => one.entry.id === id);
    const list = (type === 'dataset' ? datasets : type === 'checkpoint' ? checkpoints : experiments) as {
      id: string;
    }[];
    list.push(deleted.splice(at, 1)[0]!.entry);
  },
  rollbackImport: async (id: string) =>
    void datasets.splice(
      datasets.findIndex((one) => one.id === id),
      1,
    ),
  purge: async () => void deleted.splice(0),
  deleted: async () => ({
    datasets: deleted.filter((one) => one.type === 'dataset').map((one) => one.entry),
    checkpoints: deleted.filter((one) => one.type === 'checkpoint').map((one) => one.entry),
    experiments: deleted.filter((one) => one.type === 'experiment').map((one) => one.entry),
  }),
};

const retrieval = {
  buildIndex: async () =>
    (async function* () {
      for (let i = 0; i <= 5; i++) {
        yield { type: 'progress', what: 'Indexing', done: i, total: 5 };
        await sleep(60);
      }
    })(),
  isIndexed: async () => true,
  matches: async (query: string, texts: string[]) =>
    texts.map((text) => {
      const start = text.toLowerCase().indexOf(query.toLowerCase().split(' ')[0]!);
      return start < 0 ? [] : [{ start, end: start + query.split(' ')[0]!.length }];
    }),
  search: async (_collection: string, query: string, depth: number) =>
    passages
      .filter((_, i) => (i * 7 + query.length) % 5 === 0)
      .slice(0, depth)
      .map((one, i) => ({ document: one.id, rank: i + 1, score: 14 - i * 0.31 })),
};

const ranker = {
  async open() {
    await sleep(500);
    return location.search.includes('wasm')
      ? {
          backend: 'wasm',
          adapter: '2 threads, SIMD',
          because: 'WebGPU is not offered by this browser',
          features: [],
          limits: '2 threads',
          precision: { precision: 'f32', because: 'the wasm backend computes in f32 only' },
        }
      : {
          backend: 'webgpu',
          adapter: 'NVIDIA GeForce RTX 4070 (ada)',
          features: ['shader-f16', 'subgroups'],
          limits: 'buffers of 4 GB',
          precision: {
            precision: 'f16',
            because: 'its gradients are right, and matrices are multiplied at 9400 GFLOP/s in f16, 6100 in f32',
          },
        };
  },
  run: async () => training('demo-cl-kd'),
  resume: async () => training('my-abstracts'),
  pause: async () => {},
  async score({ checkpoint: id, documents }: { checkpoint: string; documents: string[] }) {
    await sleep(150);
    const seed = Number(id.slice(1));
    return documents.map((text, i) => Math.sin(text.length * seed + i) * 4 + (20 - i) * 0.15);
  },
};

const teacher = {
  teachings: async () => [],
  keptModels: async () => [],
  belongingTo: async () => ({ collection: datasets[0]?.id, queries: datasets[1]?.id }),
  queries: async () => queries,
  list: async () =>
    passages.slice(0, 20).map((one, i) => ({ document: one.id, text: one.text, rank: i + 1, score: 1 })),
  plan: async () => ({
    ...{ lists: 32, done: 0, passages: 640, dropped: [] },
    estimate: { lists: 32, questions: 32, usage: { promptTokens: 52_000, answerTokens: 2600 }, sample: 32 },
  }),
};

const connection = (api: object) => ({
  api,
  died: new Promise<never>(() => {}),
  async *read(stream: Promise<AsyncIterable<unknown>>) {
    yield* await stream;
  },
  terminate() {},
});

export const startStudio = () => ({
  data: connection(data),
  retrieval: connection(retrieval),
  ranker: connection(ranker),
  teacher: connection(teacher),
});
