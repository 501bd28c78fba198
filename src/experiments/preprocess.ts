/** A teacher's permutations or a first stage's run → two stored runs, for training and for validation, split by query. */
import { mapped } from '../formats/mapped';
import { readableFile, type WholeFile } from '../formats/packed-file';
import { readRankGpt } from '../formats/rankgpt';
import type { Library } from '../storage/library';
import type { ParsedChunk, Run, RunLine } from '../formats/records';
import { sampleQueries, splitQueries } from '../formats/split-queries';
import type { Dataset } from '../storage/entries';
import { preprocessRun } from './preprocess-run';
import { MAX_LISTED, type Preprocessed } from './preprocessed';
import type { Progress } from './progress';

const SYSTEM = 'rankgpt';

export type PreprocessRequest = {
  /** Share of the queries that go to the evaluation run: 0.01. */
  evalShare: number;
  seed: number;
  /** The runs are stored as `NAME-train` and `NAME-eval`. */
  name: string;
  /** Queries that are kept, drawn at random; all if left out. */
  sample?: number;
  /** What the runs say of their origin; the files' names if left out. */
  source?: string;
} & (
  | { dataset: 'rankgpt'; permutations: WholeFile; retrieved: WholeFile }
  /** `depth`: ranks that are kept; all if left out. */
  | { dataset: 'colbert'; run: WholeFile; depth?: number }
);

export type PreprocessEvent = Progress | Preprocessed;

/**
 * Reads, splits and stores. The files may be packed: gzip, or a zip with the file inside (or with both).
 * @throws FormatError if a file cannot be read at all; what is skipped is counted and listed, with reasons.
 */
export async function* preprocess(library: Library, request: PreprocessRequest): AsyncGenerator<PreprocessEvent> {
  if (request.dataset === 'colbert') {
    const run = await readableFile(request.run, ['.tsv', '.run', '.trec', '.tsv.gz', '.run.gz', '.trec.gz']);
    yield* preprocessRun(library, { ...request, run });
    return;
  }
  const permutations = await readableFile(request.permutations, ['.json', '.json.gz']);
  const retrieved = await readableFile(request.retrieved, ['.jsonl', '.jsonl.gz']);
  yield { type: 'progress', what: 'reading the lists', done: 0, total: 0 };
  const { run, lists, skipped } = await readRankGpt(await permutations.open(), await retrieved.open());
  if (request.sample !== undefined) {
    const kept = sampleQueries(run.keys(), request.sample, request.seed);
    for (const query of run.keys()) if (!kept.has(query)) run.delete(query);
  }
  const { train, evaluation } = splitQueries(run, request.evalShare, request.seed);
  const { source = permutations.name } = request;
  const stored = (part: string, some: Run) =>
    storeRun(library, `${request.name}-${part}`, source, inMemory(some), some.size);
  const trainSet = yield* stored('train', train);
  const evaluationSet = evaluation.size ? yield* stored('eval', evaluation) : undefined;
  yield {
    type: 'done',
    train: trainSet,
    ...(evaluationSet ? { evaluation: evaluationSet } : {}),
    lists,
    skipped: skipped.length,
    listed: skipped.slice(0, MAX_LISTED),
  };
}

/** A run in memory as chunks of an import: a query each. */
async function* inMemory(run: Run): AsyncGenerator<ParsedChunk<RunLine>> {
  let queries = 0;
  for (const [query, ranking] of run)
    yield { records: ranking.map((line) => ({ query, ...line, system: SYSTEM })), errors: [], bytesRead: ++queries };
}

async function* storeRun(
  library: Library,
  name: string,
  source: string,
  chunks: AsyncGenerator<ParsedChunk<RunLine>>,
  total: number,
): AsyncGenerator<Progress, Dataset> {
  const steps = library.importDataset({ kind: 'run', name, source, madeFrom: { system: SYSTEM } }, chunks);
  return yield* mapped(steps, ({ bytesRead }): Progress => ({
    type: 'progress',
    what: `storing ${name}`,
    done: bytesRead,
    total,
  }));
}
