/**
 * BM25 against Lucene and bm25s with numba (where Java and Python have them) and MiniSearch: indexing a collection, and searching it
 * for the top 100.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import MiniSearch from 'minisearch';
import type { TextRecord } from '../src/formats/records';
import { Bm25Index } from '../src/retrieval/bm25/bm25-index';
import { buildSegments } from '../src/retrieval/bm25/build-index';
import { mergedTail, WHEN_WHOLE, WHILE_BUILDING } from '../src/retrieval/bm25/merge-policy';
import { mergeSegments } from '../src/retrieval/bm25/merge-segments';
import { Bm25Searcher } from '../src/retrieval/bm25/searcher';
import { segmentBytes, type Segment } from '../src/retrieval/bm25/segment';
import { readRecords } from './read-records';
import { type BenchOptions, type BenchResult, median } from './result';
import { startPeer } from './served-peer';
import { syntheticCollection } from './synthetic-collection';

const DEPTH = 100;
const ROUNDS = 5;
/** Rounds of searches until Java has compiled what it runs: after ten of them it still gets faster. */
const SEARCH_WARM_UP = 20;
/** Records that are read at a time, as from the library. */
const BATCH = 512;

const LUCENE = 'Lucene 9.12.2';
const BM25S = 'bm25s with numba';
const MINISEARCH = 'MiniSearch 7';
/** MiniSearch needs a second a query on 200,000 passages, and three gigabytes. */
const MINISEARCH_DOCUMENTS = 50_000;
const MINISEARCH_QUERIES = 50;

export const benchIndexing = (options: BenchOptions) => bench('bm25-index', options);
export const benchSearch = (options: BenchOptions) => bench('bm25-search', options);

/** What a side does in a round: milliseconds. */
type Side = () => number | Promise<number>;

async function bench(task: 'bm25-index' | 'bm25-search', options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bm25-'));
  const { collection, queries, files } = await inputs(options, folder);
  const served = [files.collection, files.queries, String(DEPTH)];
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const lucene = await startPeer(LUCENE, 'sh', [path('../tests/goldens/lucene/lucene.sh'), 'serve', ...served]);
  const bm25s = await startPeer(BM25S, options.python ?? 'python3', [path('bm25s-peer.py'), ...served]);
  try {
    const before = process.resourceUsage().maxRSS;
    let index = await buildIndex(collection);
    const peakBytes = (process.resourceUsage().maxRSS - before) * 1024;
    const searcher = new Bm25Searcher(index);

    const sides = new Map<string, Side>();
    if (task === 'bm25-index') {
      sides.set('ours', () => timed(async () => void (index = await buildIndex(collection))));
      if (lucene) sides.set(LUCENE, () => lucene.time('index'));
      if (bm25s) sides.set(BM25S, () => bm25s.time('index'));
      if (collection.length <= MINISEARCH_DOCUMENTS) sides.set(MINISEARCH, () => timed(() => miniSearchOf(collection)));
    } else {
      // Of a query.
      const each = (all: number) => all / queries.length;
      sides.set('ours', async () =>
        each(await timed(() => queries.forEach(({ text }) => searcher.search(text, DEPTH)))),
      );
      if (lucene) sides.set(LUCENE, async () => each(await lucene.time('search')));
      if (bm25s) sides.set(BM25S, async () => each(await bm25s.time('search')));
      if (collection.length <= MINISEARCH_DOCUMENTS) sides.set(MINISEARCH, miniSearching(collection, queries));
    }
    const medians = await measured(sides, task === 'bm25-index' ? 1 : SEARCH_WARM_UP);
    const peerName = lucene ? LUCENE : [...medians.keys()].find((name) => name !== 'ours');
    const ours = medians.get('ours')!;
    const peer = peerName === undefined ? null : medians.get(peerName)!;
    const others = [...medians].filter(([name]) => name !== 'ours' && name !== peerName);
    return {
      task,
      backend: 'cpu',
      adapter: cpus()[0]?.model ?? 'unknown',
      threads: 1,
      ours: rounded(ours),
      peer: peer && rounded(peer),
      peerName: peerName ?? null,
      unit: task === 'bm25-index' ? 'ms' : 'ms/query',
      ratio: peer && rounded(ours / peer),
      tokens: index.tokens,
      dispatches: 0,
      peakBytes,
      others: Object.fromEntries(others.map(([name, time]) => [name, rounded(time)])),
      documents: collection.length,
      indexBytes: index.segments.reduce((sum, segment) => sum + segmentBytes(segment), 0),
      textBytes: collection.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    };
  } finally {
    lucene?.stop();
    bm25s?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Medians of rounds in which the sides take turns, after some rounds to warm up. MiniSearch, the slowest, warms up once. */
async function measured(sides: ReadonlyMap<string, Side>, warmUp: number): Promise<Map<string, number>> {
  const times = new Map<string, number[]>([...sides.keys()].map((name) => [name, []]));
  for (let round = -warmUp; round < ROUNDS; round++)
    for (const [name, run] of sides) {
      if (round < -1 && name === MINISEARCH) continue;
      const time = await run();
      if (round >= 0) times.get(name)!.push(time);
    }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

/** The texts, in memory for us and as files for the others. */
async function inputs({ collection, queries, documents }: BenchOptions, folder: string) {
  const synthetic = collection && queries ? undefined : syntheticCollection(documents);
  const part = async (kind: 'collection' | 'queries', file: string | undefined) => {
    let records = file ? await readRecords(file, kind) : synthetic![kind];
    if (kind === 'collection' && documents !== undefined) records = records.slice(0, documents);
    const path = join(folder, `${kind}.tsv`);
    writeFileSync(path, '');
    for (let i = 0; i < records.length; i += BATCH) {
      const some = records.slice(i, i + BATCH);
      writeFileSync(path, some.map(({ id, text }) => `${id}\t${text}\n`).join(''), { flag: 'a' });
    }
    return { file: path, records };
  };
  const [passages, asked] = [await part('collection', collection), await part('queries', queries)];
  return {
    collection: passages.records,
    queries: asked.records,
    files: { collection: passages.file, queries: asked.file },
  };
}

/** As the app does it, but that segments stay in memory. */
async function buildIndex(collection: TextRecord[]): Promise<Bm25Index> {
  async function* batches() {
    for (let i = 0; i < collection.length; i += BATCH) yield collection.slice(i, i + BATCH);
  }
  const segments: Segment[] = [];
  const merge = (share: number) => {
    const tail = segments.splice(mergedTail(segments.map(segmentBytes), share));
    if (tail.length > 0) segments.push(mergeSegments(tail));
  };
  for await (const event of buildSegments(batches())) {
    if (!('segment' in event)) continue;
    segments.push(event.segment);
    merge(WHILE_BUILDING);
  }
  merge(WHEN_WHOLE);
  return new Bm25Index(segments);
}

function miniSearchOf(collection: TextRecord[]): MiniSearch<TextRecord> {
  const miniSearch = new MiniSearch<TextRecord>({ fields: ['text'] });
  miniSearch.addAll(collection);
  return miniSearch;
}

/** Milliseconds of a query, of the first ones. */
function miniSearching(collection: TextRecord[], queries: TextRecord[]): Side {
  const miniSearch = miniSearchOf(collection);
  const few = queries.slice(0, MINISEARCH_QUERIES);
  return async () =>
    (await timed(() => few.forEach(({ text }) => miniSearch.search(text).slice(0, DEPTH)))) / few.length;
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const rounded = (value: number) => Number(value.toPrecision(4));
