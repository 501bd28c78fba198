/** Collections and queries: they have the same formats. */
import { type ParseLine, parseLines } from './parse-lines';
import type { ParsedChunk, TextRecord } from './records';
import type { SourceFile } from './source-file';

export type TextFormat = 'tsv' | 'jsonl';

/** A title and a text become one text, with one space between; where one is missing, the other stands alone. */
export function joinTitle(title: string, text: string): string {
  return title === '' ? text : text === '' ? title : `${title} ${text}`;
}

/** An id must survive a TREC run, whose columns white space separates. */
function idProblem(id: string): string | undefined {
  if (id === '') return 'expected an id, found an empty one';
  if (/\s/.test(id)) return `expected an id without white space, found "${id.slice(0, 40)}"`;
}

const HEADER = /^(_?id|[dpq]id|doc_?id|docno|query[-_]?id)\t(title\t)?(text|title|contents|passage|query)$/i;

/** One line `id<TAB>text` or `id<TAB>title<TAB>text`; a first line that names its columns is passed over. */
export const parseTsvText: ParseLine<TextRecord> = (line, number) => {
  if (line === '' || (number === 1 && HEADER.test(line))) return undefined;
  const first = line.indexOf('\t');
  if (first < 0) return 'expected 2 or 3 columns separated by tabs, found 1';
  const id = line.slice(0, first);
  const problem = idProblem(id);
  if (problem) return problem;
  const second = line.indexOf('\t', first + 1);
  if (second < 0) return { id, text: line.slice(first + 1) };
  if (line.indexOf('\t', second + 1) >= 0)
    return `expected 2 or 3 columns separated by tabs, found ${line.split('\t').length}`;
  return { id, text: joinTitle(line.slice(first + 1, second), line.slice(second + 1)) };
};

/** One JSON object, as BEIR has them (`_id`, `title`, `text`) or Anserini (`id`, `contents`). Ids may be numbers. */
export const parseJsonText: ParseLine<TextRecord> = (line) => {
  if (line.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `expected a JSON object, found broken JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `expected a JSON object, found ${Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value}`;
  const fields = value as Record<string, unknown>;
  const id = fields['_id'] ?? fields['id'];
  if (typeof id !== 'string' && typeof id !== 'number') return 'expected an id in "_id" or "id", found none';
  const text = fields['text'] ?? fields['contents'];
  if (typeof text !== 'string') return 'expected a string in "text" or "contents", found none';
  const title = fields['title'] ?? '';
  if (typeof title !== 'string') return `expected a string in "title", found ${typeof title}`;
  return idProblem(String(id)) ?? { id: String(id), text: joinTitle(title, text) };
};

/** Streams the records of a collection or of queries. A document may be empty. */
export function parseTexts(file: SourceFile, format: TextFormat): AsyncGenerator<ParsedChunk<TextRecord>> {
  return parseLines(file, format === 'tsv' ? parseTsvText : parseJsonText);
}
