/**
 * Lists ranked by a list-wise LLM, in RankGPT's two files: a JSON array of permutations (`"[5] > [18] > …"`, counted
 * from 1) and a JSONL file whose line i has the query and the passages that permutation i orders.
 */
import { FormatError } from './format-error';
import { lineError, parseLines } from './parse-lines';
import type { LineError, RankedDocument, Run } from './records';
import { type SourceFile, readBytes } from './source-file';

/** Passages of a list, in the study. */
export const RANKGPT_LIST_SIZE = 20;

export interface RankGptRun {
  run: Run;
  /** Lists in the files: those of the run, and those skipped. */
  lists: number;
  skipped: SkippedList[];
}

/** A list that is no permutation, or has no passages to permute; `line` counts lists from 1. */
export interface SkippedList extends LineError {
  /** Where it can be read. */
  query?: string;
}

/**
 * The permutation in a teacher's answer, from 1: all whole numbers in it (as RankGPT's `clean_response` takes them, so
 * brackets, `>` and words don't matter), if they are 1 … size, each once. Else what is wrong, in words.
 */
export function parsePermutation(answer: string, size = RANKGPT_LIST_SIZE): number[] | string {
  const numbers = (answer.match(/\d+/g) ?? []).map(Number);
  if (numbers.length !== size) return `expected a permutation of ${size} integers, found ${numbers.length} integers`;
  const seen = new Set<number>();
  for (const number of numbers) {
    if (number < 1 || number > size) return `expected a permutation of 1 to ${size}, found ${number}`;
    if (seen.has(number)) return `expected a permutation of ${size} integers, found ${number} twice`;
    seen.add(number);
  }
  return numbers;
}

interface RetrievedList {
  query: string;
  documents: string[];
}

/** What is wrong with a line, and the query that it is of where that can be read. */
interface UnreadableList {
  reason: string;
  query?: string;
}

/** One line of the JSONL file: `query_id` (or `qid`) and `retrieved_passages`, put in order of `rank` where they have one. */
function parseRetrieved(line: string): RetrievedList | UnreadableList | undefined {
  if (line.trim() === '') return undefined;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    return { reason: `expected a JSON object, found broken JSON: ${(error as Error).message}` };
  }
  const id = value?.['query_id'] ?? value?.['qid'];
  if (typeof id !== 'string' && typeof id !== 'number') return { reason: 'expected "query_id", found none' };
  const query = String(id);
  const passages = value['retrieved_passages'];
  if (!Array.isArray(passages)) return { query, reason: 'expected a list "retrieved_passages", found none' };
  const found: { document: string; rank: number }[] = [];
  for (const [i, passage] of (passages as Record<string, unknown>[]).entries()) {
    const document = passage?.['docid'];
    if (typeof document !== 'string' && typeof document !== 'number')
      return { query, reason: `expected "docid" in passage ${i + 1}, found none` };
    const rank = Number(passage['rank'] ?? passage['bm25_rank'] ?? i + 1);
    if (!Number.isFinite(rank))
      return { query, reason: `expected a number as rank of passage ${i + 1}, found "${String(passage['rank'])}"` };
    found.push({ document: String(document), rank });
  }
  found.sort((a, b) => a.rank - b.rank);
  return { query, documents: found.map(({ document }) => document) };
}

async function readPermutations(file: SourceFile): Promise<string[]> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const { bytes } of readBytes(file)) text += decoder.decode(bytes, { stream: true });
  let value: unknown;
  try {
    value = JSON.parse(text + decoder.decode());
  } catch (cause) {
    throw new FormatError(
      file.name,
      `expected a JSON list of permutations, found broken JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string'))
    throw new FormatError(file.name, 'expected a JSON list of strings such as "[5] > [18] > …", found something else');
  return value as string[];
}

/**
 * A teacher's lists as a run, score 1/rank. Lists that are no permutation of `size` integers are skipped and reported.
 * @throws FormatError if a file cannot be read, or the two don't have the same number of lists.
 */
export async function readRankGpt(
  permutations: SourceFile,
  retrieved: SourceFile,
  size = RANKGPT_LIST_SIZE,
): Promise<RankGptRun> {
  const answers = await readPermutations(permutations);
  const run: Run = new Map();
  const skipped: SkippedList[] = [];
  let lists = 0;
  // A bad line still has its permutation: it is a list that cannot be used, and must not shift the others.
  for await (const { records } of parseLines<RetrievedList | UnreadableList>(retrieved, parseRetrieved)) {
    for (const list of records) {
      const answer = answers[lists++];
      if (answer === undefined) continue; // counted to the end, for the message below
      if ('reason' in list) {
        const { query, reason } = list;
        skipped.push({ ...lineError(retrieved.name, lists, reason, ''), ...(query === undefined ? {} : { query }) });
        continue;
      }
      const { query, documents } = list;
      const order = parsePermutation(answer, size);
      const problem =
        typeof order === 'string'
          ? order
          : documents.length !== size
            ? `expected ${size} retrieved passages, found ${documents.length}`
            : new Set(documents).size !== size
              ? 'expected different passages, found one twice'
              : run.has(query)
                ? 'expected one list for the query, found a second'
                : undefined;
      if (problem !== undefined) skipped.push({ ...lineError(permutations.name, lists, problem, answer), query });
      else
        run.set(
          query,
          (order as number[]).map((place, i): RankedDocument => ({
            document: documents[place - 1]!,
            rank: i + 1,
            score: 1 / (i + 1),
          })),
        );
    }
  }
  if (lists !== answers.length)
    throw new FormatError(
      permutations.name,
      `expected as many permutations as ${retrieved.name} has lists (${lists}), found ${answers.length}`,
    );
  return { run, lists, skipped };
}
