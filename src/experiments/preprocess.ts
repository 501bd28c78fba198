/** A teacher's permutations or a first stage's run → two stored runs, for training and for validation, split by query. */
import { readableFile, type WholeFile } from '../formats/packed-file';
import { readRankGpt } from '../formats/rankgpt';
import type { Library } from '../storage/library';
import { sampleQueries, splitQueries } from '../formats/split-queries';
import { preprocessRun } from './preprocess-run';
import { MAX_LISTED, type Preprocessed } from './preprocessed';
import type { Progress } from './progress';

export type PreprocessRequest = {
  /** Share of the queries that go to the evaluation run: 0.01. */
  evalShare: number;
  seed: number;
  /** The runs are stored as `NAME-train` and `NAME-eval`. */
  name: string;
  /** Queries that are kept, drawn at random; all if left out. */
  sample?: number;
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
  yield { type: 'progress', what: 'storing the runs', done: 0, total: 0 };
  if (request.sample !== undefined) {
    const kept = sampleQueries(run.keys(), request.sample, request.seed);
    for (const query of run.keys()) if (!kept.has(query)) run.delete(query);
  }
  const { train, evaluation } = splitQueries(run, request.evalShare, request.seed);
  const madeFrom = { system: 'rankgpt' };
  yield {
    type: 'done',
    train: await library.writeRun(`${request.name}-train`, train, madeFrom),
    ...(evaluation.size ? { evaluation: await library.writeRun(`${request.name}-eval`, evaluation, madeFrom) } : {}),
    lists,
    skipped: skipped.length,
    listed: skipped.slice(0, MAX_LISTED),
  };
}
