/** Runs: TREC's 6 columns (`query Q0 document rank score system`) and ColBERT's rankings (`query document rank [score]`). */
import { columns, decimal, integer } from './columns';
import { type ParseLine, parseLines } from './parse-lines';
import type { ParsedChunk, Run, RunLine } from './records';
import type { SourceFile } from './source-file';

export type RunFormat = 'trec' | 'colbert';

function runLine(query: string, document: string, rankText: string, scoreText: string | undefined, system: string) {
  const rank = integer(rankText);
  if (rank === undefined) return `expected a whole number as rank, found "${rankText}"`;
  // A ranking without scores keeps its order under any measure with 1/rank.
  const score = scoreText === undefined ? 1 / rank : decimal(scoreText);
  if (score === undefined) return `expected a number as score, found "${scoreText}"`;
  return { query, document, rank, score, system } satisfies RunLine;
}

/** As trec_eval reads it: white space separates, what stands after the sixth column is ignored, `#` begins a comment line. */
export const parseTrecRunLine: ParseLine<RunLine> = (line) => {
  if (line.startsWith('#')) return undefined;
  const found = columns(line);
  if (found.length === 0) return undefined;
  if (found.length < 6) return `expected 6 columns, found ${found.length}`;
  return runLine(found[0]!, found[2]!, found[3]!, found[4]!, found[5]!);
};

/** ColBERT's `ranking.tsv`; without a fourth column the score is 1/rank, so ranks count from 1. */
export const parseColbertLine: ParseLine<RunLine> = (line) => {
  if (line.trim() === '') return undefined;
  const found = line.split('\t');
  if (found.length !== 3 && found.length !== 4)
    return `expected 3 or 4 columns separated by tabs, found ${found.length}`;
  if (found.length === 3 && !(Number(found[2]) >= 1)) return `expected a rank from 1, found "${found[2]}"`;
  return runLine(found[0]!, found[1]!, found[2]!, found[3], 'colbert');
};

/** Streams the lines of a run file. */
export function parseRun(file: SourceFile, format: RunFormat): AsyncGenerator<ParsedChunk<RunLine>> {
  return parseLines(file, format === 'trec' ? parseTrecRunLine : parseColbertLine);
}

/** Rankings by query, in the order of the file's ranks. Of a document that comes twice for a query the first line stands. */
export function toRun(lines: Iterable<RunLine>): Run {
  const run: Run = new Map();
  const seen = new Map<string, Set<string>>();
  for (const { query, document, rank, score } of lines) {
    let ranking = run.get(query);
    if (!ranking) {
      run.set(query, (ranking = []));
      seen.set(query, new Set());
    }
    const documents = seen.get(query)!;
    if (documents.has(document)) continue;
    documents.add(document);
    ranking.push({ document, rank, score });
  }
  for (const ranking of run.values()) ranking.sort((a, b) => a.rank - b.rank);
  return run;
}

/**
 * The text of a TREC run file, a query at a time. Ranks are counted anew from 1 in the order of each ranking; a score is
 * written with as many digits as bring the same number back.
 * @param system the last column; white space in it becomes `_`.
 */
export function* formatRun(run: Run, system: string): Generator<string> {
  const name = system.trim().replace(/\s+/g, '_') || 'run';
  for (const [query, ranking] of run) {
    let text = '';
    let rank = 0;
    for (const { document, score } of ranking) text += `${query} Q0 ${document} ${++rank} ${score} ${name}\n`;
    yield text;
  }
}
