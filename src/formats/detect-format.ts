/** Says what a file is from its name and its first bytes. The user may know better. */
import { columns, decimal, integer } from './columns';
import type { QrelsFormat } from './qrels';
import type { RunFormat } from './runs';
import { type SourceFile, readBytes } from './source-file';
import type { TextFormat } from './texts';

export type Detected =
  | { kind: 'collection' | 'queries'; format: TextFormat; sure: boolean }
  | { kind: 'qrels'; format: QrelsFormat; sure: boolean }
  | { kind: 'run'; format: RunFormat; sure: boolean }
  | { kind: 'weights'; format: 'safetensors'; sure: boolean }
  /** RankGPT's two files. */
  | { kind: 'permutations'; format: 'json'; sure: boolean }
  | { kind: 'retrieved'; format: 'jsonl'; sure: boolean }
  | { kind: 'unknown'; format: 'unknown'; sure: boolean; reason: string };

const HEAD_BYTES = 1 << 16;
const SAMPLE_LINES = 100;
/** Mean length above which texts are passages rather than questions, characters. */
const QUERY_CHARACTERS = 120;

/** The first 64 KiB of a file, unpacked. */
async function readHead(file: SourceFile): Promise<{ head: Uint8Array; whole: boolean }> {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  for await (const { bytes } of readBytes(file)) {
    const part = bytes.subarray(0, HEAD_BYTES - length);
    head.set(part, length);
    length += part.length;
    if (length === HEAD_BYTES) return { head, whole: false };
  }
  return { head: head.subarray(0, length), whole: true };
}

/** What a file is. @throws FormatError if it is damaged gzip. */
export async function detectFormat(file: SourceFile): Promise<Detected> {
  const { head, whole } = await readHead(file);
  return detectHead(head, file.name, whole);
}

const unknown = (reason: string): Detected => ({ kind: 'unknown', format: 'unknown', sure: false, reason });

/**
 * The same from bytes at hand.
 * @param whole whether `head` is all of the file; if not, its last line is cut and passed over.
 */
export function detectHead(head: Uint8Array, name: string, whole: boolean): Detected {
  if (head.length === 0) return unknown('expected data, found an empty file');
  if (head[0] === 0x50 && head[1] === 0x4b) return unknown('this is a zip archive: unpack it first');
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
    return unknown('this is UTF-16 text: save it as UTF-8');
  // A safetensors header: 8 bytes of length, of which the upper ones are zero, then JSON.
  if (head.length > 8 && head[7] === 0 && head[6] === 0 && head[8] === 0x7b)
    return { kind: 'weights', format: 'safetensors', sure: true };

  const text = new TextDecoder().decode(head);
  if (text.includes('\0')) return unknown('expected text or safetensors, found other binary data');
  if (/^\s*\[\s*"/.test(text)) return { kind: 'permutations', format: 'json', sure: /\[\d+\]\s*>/.test(text) };

  const lines = text.split(/\r?\n/).slice(0, SAMPLE_LINES + 1);
  if (lines.length > 1 && (!whole || lines.length > SAMPLE_LINES || lines.at(-1) === '')) lines.pop();
  const sample = lines.filter((line) => line.trim() !== '');
  if (sample.length === 0) return unknown('expected data, found blank lines');
  return sample[0]!.startsWith('{') ? detectJsonl(sample, name) : detectColumns(sample, name);
}

function detectJsonl(lines: string[], name: string): Detected {
  // The only line may be longer than the head: then its keys must do.
  const first = lines[0]!;
  const has = (key: string) => first.includes(`"${key}"`);
  if (has('retrieved_passages')) return { kind: 'retrieved', format: 'jsonl', sure: true };
  if ((has('_id') || has('id')) && (has('text') || has('contents')))
    return textsKind(lines, name, 'jsonl', has('title') || has('contents'));
  return unknown('expected JSON lines with "_id" and "text" or "id" and "contents", found other keys');
}

function detectColumns(lines: string[], name: string): Detected {
  const header = lines[0]!.split('\t');
  if (header.length === 3 && header[0] === 'query-id' && header[2] === 'score')
    return { kind: 'qrels', format: 'beir', sure: true };

  const rows = lines.filter((line) => !line.startsWith('#')).map(columns);
  const every = (test: (row: string[]) => boolean) => rows.length > 0 && rows.every(test);
  const isNumber = (text: string | undefined) => text !== undefined && decimal(text) !== undefined;
  const isInteger = (text: string | undefined) => text !== undefined && integer(text) !== undefined;

  if (every((row) => row.length >= 6 && isInteger(row[3]) && isNumber(row[4]) && /^Q?\d+$/i.test(row[1]!)))
    return { kind: 'run', format: 'trec', sure: true };
  if (every((row) => row.length === 4)) {
    // The second column of qrels is the iteration, everywhere the same; a ranking has the passage there.
    const constant = every((row) => row[1] === rows[0]![1]);
    if (every((row) => isInteger(row[3])) && (constant || every((row) => /^Q?0$/i.test(row[1]!))))
      return { kind: 'qrels', format: 'trec', sure: rows.length > 1 || /^Q?0$/i.test(rows[0]![1]!) };
    if (every((row) => isInteger(row[2]) && isNumber(row[3])) && startsAtOne(rows))
      return { kind: 'run', format: 'colbert', sure: true };
    if (every((row) => isInteger(row[3]))) return { kind: 'qrels', format: 'trec', sure: false };
  }
  if (every((row) => row.length === 3 && isInteger(row[2])) && lines.every((line) => line.split('\t').length === 3)) {
    if (countsUp(rows)) return { kind: 'run', format: 'colbert', sure: true };
    // Training triples look the same: then the third column is a passage.
    if (rows.every((row) => Math.abs(Number(row[2])) <= 10)) return { kind: 'qrels', format: 'beir', sure: false };
    return unknown('three columns of numbers: neither ranks that count up nor grades');
  }
  const tabbed = lines.filter((line) => line.includes('\t')).map((line) => line.split('\t'));
  if (tabbed.length < lines.length * 0.9)
    return unknown('expected columns separated by tabs, JSON lines, or TREC columns');
  if (tabbed.filter((row) => row.length > 3).length > tabbed.length * 0.1)
    return unknown(`expected 2 or 3 columns separated by tabs, found ${tabbed.find((row) => row.length > 3)!.length}`);
  if (tabbed.filter(([id]) => /\s/.test(id!)).length > tabbed.length * 0.5)
    return unknown('expected an id in the first column, found text');
  return textsKind(
    lines,
    name,
    'tsv',
    tabbed.every((row) => row.length === 3),
  );
}

/** The first row of a ranking has rank 1 (or 0). */
const startsAtOne = (rows: string[][]) => Number(rows[0]![2]) <= 1;

/** Whether ranks go 1, 2, 3 … for each query. */
function countsUp(rows: string[][]): boolean {
  return (
    startsAtOne(rows) &&
    rows.every((row, i) => {
      const before = rows[i - 1];
      return before?.[0] === row[0] ? Number(row[2]) === Number(before![2]) + 1 : Number(row[2]) <= 1;
    })
  );
}

/** Queries and collections have the same format: the name tells, else titles, else how long the texts are. */
function textsKind(lines: string[], name: string, format: TextFormat, titled: boolean): Detected {
  if (/quer|topic|question/i.test(name)) return { kind: 'queries', format, sure: true };
  if (/corpus|collection|doc|passage/i.test(name)) return { kind: 'collection', format, sure: true };
  if (titled) return { kind: 'collection', format, sure: false };
  const mean = lines.reduce((sum, line) => sum + line.length, 0) / lines.length;
  return { kind: mean > QUERY_CHARACTERS ? 'collection' : 'queries', format, sure: false };
}
