import { MAX_LINE_CHARACTERS, readLines } from './lines';
import type { LineError, ParsedChunk } from './records';
import type { SourceFile } from './source-file';

/** Reads one line: a record, or `undefined` for a line to pass over (blank, comment, header), or a string that says what is wrong. */
export type ParseLine<Record extends object> = (line: string, number: number) => Record | string | undefined;

const EXCERPT_CHARACTERS = 80;

/** What is wrong with a line of a file, with as much of it as fits in a message. */
export function lineError(file: string, line: number, reason: string, text: string): LineError {
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS - 1)}…` : text;
  return { file, line, reason, excerpt };
}

/** Runs a line parser over a file. Streams: holds the records of one read. A bad line is reported and passed over. */
export async function* parseLines<Record extends object>(
  file: SourceFile,
  parse: ParseLine<Record>,
): AsyncGenerator<ParsedChunk<Record>> {
  for await (const { lines: texts, first, tooLong, bytesRead } of readLines(file)) {
    const records: Record[] = [];
    const lines: number[] = [];
    const errors: LineError[] = [];
    for (const number of tooLong)
      errors.push(lineError(file.name, number, `expected at most ${MAX_LINE_CHARACTERS} characters, found more`, ''));
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i]!;
      const number = first + i;
      const result = parse(text, number);
      if (result === undefined) continue;
      if (typeof result === 'string') errors.push(lineError(file.name, number, result, text));
      else {
        records.push(result);
        lines.push(number);
      }
    }
    yield { records, lines, errors, bytesRead };
  }
}
