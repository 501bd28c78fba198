/** Relevance judgements: TREC's 4 columns (`query iteration document relevance`) and BEIR's 3 with a header. */
import { columns, integer } from './columns';
import { type ParseLine, parseLines } from './parse-lines';
import type { Judgement, ParsedChunk, Qrels } from './records';
import type { SourceFile } from './source-file';

export type QrelsFormat = 'trec' | 'beir';

const judgement = (query: string, document: string, grade: string): Judgement | string => {
  const relevance = integer(grade);
  return relevance === undefined
    ? `expected a whole number as relevance, found "${grade}"`
    : { query, document, relevance };
};

/** As trec_eval reads it: white space separates, lines that begin with `#` are comments, negative grades are legal. */
export const parseTrecJudgement: ParseLine<Judgement> = (line) => {
  if (line.startsWith('#')) return undefined;
  const found = columns(line);
  if (found.length === 0) return undefined;
  if (found.length !== 4) return `expected 4 columns, found ${found.length}`;
  return judgement(found[0]!, found[2]!, found[3]!);
};

/** BEIR: `query-id<TAB>corpus-id<TAB>score`, which is also its header. */
export const parseBeirJudgement: ParseLine<Judgement> = (line, number) => {
  if (line.trim() === '') return undefined;
  const found = line.split('\t');
  if (number === 1 && integer(found.at(-1)!) === undefined) return undefined;
  if (found.length !== 3) return `expected 3 columns separated by tabs, found ${found.length}`;
  return judgement(found[0]!, found[1]!, found[2]!);
};

/** Streams the judgements of a qrels file. */
export function parseQrels(file: SourceFile, format: QrelsFormat): AsyncGenerator<ParsedChunk<Judgement>> {
  return parseLines(file, format === 'trec' ? parseTrecJudgement : parseBeirJudgement);
}

/** Judgements by query and document. Where a document is judged twice for a query, the first judgement stands. */
export function toQrels(judgements: Iterable<Judgement>): Qrels {
  const qrels: Qrels = new Map();
  for (const { query, document, relevance } of judgements) {
    let judged = qrels.get(query);
    if (!judged) qrels.set(query, (judged = new Map()));
    if (!judged.has(document)) judged.set(document, relevance);
  }
  return qrels;
}

/** The text of a TREC qrels file, a query at a time. */
export function* formatQrels(qrels: Qrels): Generator<string> {
  for (const [query, judged] of qrels) {
    let text = '';
    for (const [document, relevance] of judged) text += `${query} 0 ${document} ${relevance}\n`;
    yield text;
  }
}
