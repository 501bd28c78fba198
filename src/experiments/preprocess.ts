/** A teacher's permutations or a first stage's run → two stored runs, for training and for validation, split by query. */
import { parseFile } from '../formats/parse-file';
import { readRankGpt } from '../formats/rankgpt';
import type { LineError, Run } from '../formats/records';
import { toRun } from '../formats/runs';
import { splitQueries } from '../formats/split-queries';
import type { Dataset } from '../storage/entries';
import type { Library } from '../storage/library';
import type { Progress } from './progress';

export type PreprocessRequest = {
  /** Share of the queries that go to the evaluation run: 0.01. */
  evalShare: number;
  seed: number;
  /** The runs are stored as `NAME-train` and `NAME-eval`. */
  name: string;
} & (
  | { dataset: 'rankgpt'; permutations: File | Blob; retrieved: File | Blob }
  | { dataset: 'colbert'; run: File | Blob; fileName: string }
);

export type PreprocessEvent =
  | Progress
  /** `evaluation` is absent when the share came to no query. */
  | { type: 'done'; train: Dataset; evaluation?: Dataset; lists: number; skipped: number; reasons: string[] };

const inWords = ({ file, line, reason }: LineError) => `${file}:${line}: ${reason}`;
const SHOWN_REASONS = 20;

/** Reads, splits and stores. @throws FormatError if a file cannot be read at all; what is skipped is counted, with reasons. */
export async function* preprocess(library: Library, request: PreprocessRequest): AsyncGenerator<PreprocessEvent> {
  let run: Run;
  let lists: number;
  let skipped: LineError[];
  if (request.dataset === 'rankgpt') {
    ({ run, lists, skipped } = await readRankGpt(
      { name: 'permutations', data: request.permutations },
      { name: 'retrieved', data: request.retrieved },
    ));
  } else {
    const lines = [];
    skipped = [];
    for await (const chunk of parseFile({ name: request.fileName, data: request.run }, 'run')) {
      for (const line of chunk.records) lines.push(line);
      skipped.push(...chunk.errors);
      yield { type: 'progress', what: request.fileName, done: chunk.bytesRead, total: request.run.size };
    }
    run = toRun(lines);
    lists = run.size;
  }
  const { train, evaluation } = splitQueries(run, request.evalShare, request.seed);
  const system = request.dataset;
  yield {
    type: 'done',
    train: await library.writeRun(`${request.name}-train`, train, { system }),
    ...(evaluation.size ? { evaluation: await library.writeRun(`${request.name}-eval`, evaluation, { system }) } : {}),
    lists,
    skipped: skipped.length,
    reasons: skipped.slice(0, SHOWN_REASONS).map(inWords),
  };
}
