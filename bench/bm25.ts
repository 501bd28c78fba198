/** BM25 against Lucene (where Java is there) and MiniSearch: indexing a collection, and searching it for the top 100. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import MiniSearch from 'minisearch';
import { parseFile } from '../src/formats/parse-file';
import type { TextRecord } from '../src/formats/records';
import type { Bm25Index } from '../src/retrieval/bm25/bm25-index';
import { Bm25IndexBuilder } from '../src/retrieval/bm25/build-index';
import { Bm25Searcher } from '../src/retrieval/bm25/searcher';
import { type LucenePeer, startLucene } from './lucene-peer';
import { type BenchOptions, type BenchResult, median } from './result';
import { syntheticCollection } from './synthetic-collection';

const DEPTH = 100;
const ROUNDS = 5;
/** MiniSearch needs up to a second a query on longer ones. */
const MINISEARCH_QUERIES = 50;

export const benchIndexing = (options: BenchOptions) => bench('bm25-index', options);
export const benchSearch = (options: BenchOptions) => bench('bm25-search', options);

async function bench(task: 'bm25-index' | 'bm25-search', options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bm25-'));
  let lucene: LucenePeer | undefined;
  try {
    const { collection, queries, files } = await inputs(options, folder);
    lucene = await startLucene(files.collection, files.queries, DEPTH);

    const before = process.memoryUsage().rss;
    let index = buildIndex(collection);
    const peakBytes = process.memoryUsage().rss - before;
    const searcher = new Bm25Searcher(index);
    let miniSearch = buildMiniSearch(collection);
    const fewQueries = queries.slice(0, MINISEARCH_QUERIES);

    // What each side does in a round, in milliseconds; `unit` is a millisecond of indexing or of a query.
    const sides: Record<string, () => number | Promise<number>> =
      task === 'bm25-index'
        ? {
            ours: () => timed(() => (index = buildIndex(collection))),
            Lucene: () => lucene!.time('index'),
            MiniSearch: () => timed(() => (miniSearch = buildMiniSearch(collection))),
          }
        : {
            ours: () => timed(() => queries.forEach(({ text }) => searcher.search(text, DEPTH))) / queries.length,
            Lucene: async () => (await lucene!.time('search')) / queries.length,
            MiniSearch: () =>
              timed(() => fewQueries.forEach(({ text }) => miniSearch.search(text).slice(0, DEPTH))) /
              fewQueries.length,
          };
    if (!lucene) delete sides['Lucene'];

    const times = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
    // The first round is everyone's warm-up.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, run] of Object.entries(sides)) {
        const time = await run();
        if (round > 0) times.get(name)!.push(time);
      }
    }
    const of = (name: string) => (times.has(name) ? median(times.get(name)!) : null);
    const [ours, fast, mini] = [of('ours')!, of('Lucene'), of('MiniSearch')!];
    const peer = fast ?? mini;
    return {
      task,
      backend: 'cpu',
      adapter: cpus()[0]?.model ?? 'unknown',
      threads: 1,
      ours: rounded(ours),
      peer: rounded(peer),
      peerName: fast === null ? 'MiniSearch 7' : 'Lucene 9.12.2',
      unit: task === 'bm25-index' ? 'ms' : 'ms/query',
      ratio: rounded(ours / peer),
      tokens: index.tokens,
      dispatches: 0,
      peakBytes,
      ...(fast === null ? {} : { others: { 'MiniSearch 7': rounded(mini) } }),
    };
  } finally {
    lucene?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The texts, in memory for us and as files for Lucene. */
async function inputs({ collection, queries }: BenchOptions, folder: string) {
  const synthetic = collection && queries ? undefined : syntheticCollection();
  const part = async (kind: 'collection' | 'queries', file: string | undefined) => {
    if (file) return { file, records: await read(file, kind) };
    const path = join(folder, `${kind}.tsv`);
    writeFileSync(path, synthetic![kind].map(({ id, text }) => `${id}\t${text}\n`).join(''));
    return { file: path, records: synthetic![kind] };
  };
  const [documents, asked] = [await part('collection', collection), await part('queries', queries)];
  return {
    collection: documents.records,
    queries: asked.records,
    files: { collection: documents.file, queries: asked.file },
  };
}

async function read(file: string, kind: 'collection' | 'queries'): Promise<TextRecord[]> {
  const records: TextRecord[] = [];
  const source = { name: basename(file), data: new Blob([readFileSync(file)]) };
  for await (const chunk of parseFile(source, kind, /\.jsonl(\.gz)?$/.test(file) ? 'jsonl' : 'tsv'))
    records.push(...chunk.records);
  return records;
}

function buildIndex(collection: TextRecord[]): Bm25Index {
  const builder = new Bm25IndexBuilder();
  for (const record of collection) builder.add(record);
  return builder.finish();
}

function buildMiniSearch(collection: TextRecord[]): MiniSearch<TextRecord> {
  const miniSearch = new MiniSearch<TextRecord>({ fields: ['text'] });
  miniSearch.addAll(collection);
  return miniSearch;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const rounded = (value: number) => Number(value.toPrecision(4));
