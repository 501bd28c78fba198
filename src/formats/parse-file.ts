/** From a file to its records: finds out the format, given what the file must be. */
import { type Detected, detectFormat } from './detect-format';
import { FormatError } from './format-error';
import { type QrelsFormat, parseQrels } from './qrels';
import type { Judgement, ParsedChunk, RunLine, TextRecord } from './records';
import { type RunFormat, parseRun } from './runs';
import { type TextFormat, parseTexts } from './texts';

interface FileRecords {
  collection: TextRecord;
  queries: TextRecord;
  qrels: Judgement;
  run: RunLine;
}

/** Formats of each kind: the first is what a file is taken for when its beginning does not tell. */
export const FORMATS_OF = {
  collection: ['tsv', 'jsonl'],
  queries: ['tsv', 'jsonl'],
  qrels: ['trec', 'beir'],
  run: ['trec', 'colbert'],
} as const satisfies { collection: TextFormat[]; queries: TextFormat[]; qrels: QrelsFormat[]; run: RunFormat[] };

const isTexts = (kind: Detected['kind']) => kind === 'collection' || kind === 'queries';

/**
 * Streams the records of a file of a known kind (a form or a flag said so); the format is found out, or given.
 * @throws FormatError if the file is clearly something else, or damaged.
 */
export async function* parseFile<Kind extends keyof FileRecords>(
  file: { name: string; data: Blob },
  kind: Kind,
  format?: (typeof FORMATS_OF)[Kind][number],
): AsyncGenerator<ParsedChunk<FileRecords[Kind]>> {
  yield* readAs(file, kind, format ?? (await formatFor(file, kind))) as AsyncGenerator<ParsedChunk<FileRecords[Kind]>>;
}

function readAs(file: { name: string; data: Blob }, kind: keyof FileRecords, format: string) {
  switch (kind) {
    case 'qrels':
      return parseQrels(file, format as QrelsFormat);
    case 'run':
      return parseRun(file, format as RunFormat);
    default:
      return parseTexts(file, format as TextFormat);
  }
}

async function formatFor(file: { name: string; data: Blob }, kind: keyof FileRecords): Promise<string> {
  const detected = await detectFormat(file);
  if (detected.kind === kind || (isTexts(detected.kind) && isTexts(kind))) return detected.format;
  if (detected.sure) throw new FormatError(file.name, `expected ${NAMES[kind]}, found ${NAMES[detected.kind]}`);
  if (detected.kind === 'unknown' && file.data.size === 0)
    throw new FormatError(file.name, `expected ${NAMES[kind]}, found an empty file`);
  // Its lines will say what is wrong with them.
  return FORMATS_OF[kind][0];
}

const NAMES: Record<Detected['kind'], string> = {
  collection: 'a collection',
  queries: 'queries',
  qrels: 'judgements (qrels)',
  run: 'a run',
  weights: 'model weights (safetensors)',
  permutations: "a teacher's permutations",
  retrieved: "a teacher's retrieved passages",
  unknown: 'something else',
};
