/**
 * A first stage's run of any length → two stored runs. The file is read several times rather than held:
 *
 *   1  which queries it has ─▶ a sample of them, split in two     2  the training queries' lines ─▶ stored     3  the others'
 */
import { detectFormat } from '../formats/detect-format';
import { FormatError } from '../formats/format-error';
import { mapped } from '../formats/mapped';
import type { ReadableFile } from '../formats/packed-file';
import { lineError } from '../formats/parse-lines';
import type { LineError, ParsedChunk, RunLine } from '../formats/records';
import { parseRun, type RunFormat } from '../formats/runs';
import { heldOut, sampleQueries } from '../formats/split-queries';
import type { Dataset } from '../storage/entries';
import type { Library } from '../storage/library';
import { MAX_LISTED, type Preprocessed, type Skipped } from './preprocessed';
import type { Progress } from './progress';

export interface RunToSplit {
  run: ReadableFile;
  name: string;
  evalShare: number;
  seed: number;
  sample?: number;
  depth?: number;
  source?: string;
}

/** @throws FormatError when the file is something else, or no line of it can be read. */
export async function* preprocessRun(library: Library, request: RunToSplit): AsyncGenerator<Progress | Preprocessed> {
  const { run, name, evalShare, seed, sample, depth = Infinity, source = run.name } = request;
  const format = await formatOf(run);
  const skipped = new SkippedLines();
  const lines = () => openLines(run, format);

  const queries = new Set<string>();
  for await (const { records, errors, bytesRead } of lines()) {
    for (const { query, rank } of records) if (rank <= depth) queries.add(query);
    errors.forEach((error) => skipped.add(error));
    yield { type: 'progress', what: `${run.name}: finding queries`, done: bytesRead, total: run.size };
  }
  if (queries.size === 0) throw new FormatError(run.name, `expected lines of a run, found none${skipped.first()}`);
  const kept = sample === undefined ? queries : sampleQueries(queries, sample, seed);
  const evaluationQueries = heldOut(kept, evalShare, seed);

  const store = (part: string, wanted: (query: string) => boolean) =>
    stored(library, `${name}-${part}`, linesOf(lines(), wanted, depth), { source, size: run.size }, skipped);
  const train = yield* store('train', (query) => kept.has(query) && !evaluationQueries.has(query));
  const evaluation = evaluationQueries.size ? yield* store('eval', (query) => evaluationQueries.has(query)) : undefined;
  yield {
    type: 'done',
    train,
    ...(evaluation ? { evaluation } : {}),
    lists: queries.size,
    skipped: skipped.count,
    listed: skipped.listed,
  };
}

async function formatOf(run: ReadableFile): Promise<RunFormat> {
  const detected = await detectFormat(await run.open());
  if (detected.kind === 'run') return detected.format;
  if (detected.sure) throw new FormatError(run.name, `expected a run, found ${detected.kind}`);
  // Its lines will say what is wrong with them.
  return 'colbert';
}

/** The file's lines. Of a document that comes twice in a ranking the first line stands, and the second is an error. */
async function* openLines(run: ReadableFile, format: RunFormat): AsyncGenerator<ParsedChunk<RunLine>> {
  let query: string | undefined;
  // Of the ranking that is being read: where a file's rankings are scattered, the import finds what this does not.
  let documents = new Set<string>();
  for await (const { records, lines, errors, bytesRead } of parseRun(await run.open(), format)) {
    const kept: RunLine[] = [];
    const places: number[] = [];
    const doubles: LineError[] = [];
    for (const [i, record] of records.entries()) {
      if (record.query !== query) {
        query = record.query;
        documents = new Set();
      }
      if (documents.has(record.document)) {
        const reason = `expected document ${record.document} once, found it a second time: the first one stands`;
        doubles.push(lineError(run.name, lines![i]!, reason, `${query} ${record.document}`));
        continue;
      }
      documents.add(record.document);
      kept.push(record);
      places.push(lines![i]!);
    }
    yield { records: kept, lines: places, errors: [...errors, ...doubles], bytesRead };
  }
}

/** The lines of some queries, down to a rank. What is wrong with the others was said when the queries were found. */
async function* linesOf(
  chunks: AsyncIterable<ParsedChunk<RunLine>>,
  wanted: (query: string) => boolean,
  depth: number,
): AsyncGenerator<ParsedChunk<RunLine>> {
  for await (const { records, lines, bytesRead } of chunks) {
    const places = records.flatMap(({ query, rank }, i) => (rank <= depth && wanted(query) ? [i] : []));
    yield {
      records: places.map((i) => records[i]!),
      lines: places.map((i) => lines![i]!),
      errors: [],
      bytesRead,
    };
  }
}

/** Stores a run as its lines come. Of a document that comes twice for a query the first line stands, and the second is skipped. */
async function* stored(
  library: Library,
  name: string,
  chunks: AsyncIterable<ParsedChunk<RunLine>>,
  { source, size }: { source: string; size: number },
  skipped: SkippedLines,
): AsyncGenerator<Progress, Dataset> {
  const told = { count: 0, listed: 0 };
  const steps = library.importDataset({ kind: 'run', name, source, madeFrom: { system: 'colbert' } }, chunks, {
    onBadLines: () => true,
  });
  return yield* mapped(steps, ({ badLines, errors, bytesRead }): Progress => {
    for (const error of errors.slice(told.listed)) skipped.add(error);
    skipped.count += badLines - told.count - (errors.length - told.listed);
    Object.assign(told, { count: badLines, listed: errors.length });
    return { type: 'progress', what: `storing ${name}`, done: bytesRead, total: size };
  });
}

/** Counts what was skipped and keeps the first of it. */
class SkippedLines {
  count = 0;
  readonly listed: Skipped[] = [];

  add(error: LineError): void {
    this.count++;
    if (this.listed.length >= MAX_LISTED) return;
    // A run's line begins with its query.
    const query = error.excerpt.split(/\s/)[0];
    this.listed.push({ ...error, ...(query ? { query } : {}) });
  }

  first(): string {
    const [one] = this.listed;
    return one ? `; the first line that could not be read is ${one.line}: ${one.reason}` : '';
  }
}
