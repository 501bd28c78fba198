import { type SourceFile, readBytes } from './source-file';

/** Consecutive lines of a file. */
export interface LineBatch {
  /** Without their line ends (LF or CRLF). An over-long line stands here as an empty one. */
  lines: string[];
  /** Number of the first of them, from 1. */
  first: number;
  /** Numbers of the lines that were longer than `MAX_LINE_CHARACTERS`, and were not kept. */
  tooLong: number[];
  /** Bytes of the file (compressed, if it is) read so far. */
  bytesRead: number;
}

/** A file without line ends (a video, say) must not be gathered in memory. Longer than any document of a known collection. */
export const MAX_LINE_CHARACTERS = 1 << 24;

/**
 * The lines of a UTF-8 file, in batches of what one read gave. A byte-order mark is dropped, a last line needs no line
 * end, bytes that are not UTF-8 become U+FFFD.
 */
export async function* readLines(file: SourceFile): AsyncGenerator<LineBatch> {
  const decoder = new TextDecoder();
  let number = 1;
  let rest = ''; // the line that the last read cut
  let dropping = false; // whether that line is already over-long

  function split(text: string, bytesRead: number): LineBatch {
    const lines: string[] = [];
    const tooLong: number[] = [];
    let start = 0;
    for (;;) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      // A CR before the LF may be the last character of the part that came before.
      let line = rest === '' ? text.slice(start, end) : rest + text.slice(start, end);
      if (line.charCodeAt(line.length - 1) === 13) line = line.slice(0, -1);
      if (dropping) tooLong.push(number + lines.length);
      lines.push(dropping ? '' : line);
      rest = '';
      dropping = false;
      start = end + 1;
    }
    if (!dropping) rest += text.slice(start);
    if (rest.length > MAX_LINE_CHARACTERS) {
      rest = '';
      dropping = true;
    }
    const batch = { lines, first: number, tooLong, bytesRead };
    number += lines.length;
    return batch;
  }

  let bytesRead = 0;
  for await (const chunk of readBytes(file)) {
    bytesRead = chunk.bytesRead;
    const batch = split(decoder.decode(chunk.bytes, { stream: true }), bytesRead);
    if (batch.lines.length > 0) yield batch;
  }
  rest += decoder.decode();
  if (rest !== '' || dropping) yield split('\n', bytesRead);
}
