import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { ParsedChunk, Qrels, Run, TextRecord } from '../../src/formats/records';
import { parseQrels, toQrels } from '../../src/formats/qrels';
import { readRankGpt } from '../../src/formats/rankgpt';
import { parseTexts } from '../../src/formats/texts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** The embedded demo as its files have it. */
export interface Demo {
  collection: TextRecord[];
  queries: Record<Split, TextRecord[]>;
  qrels: Record<Split, Qrels>;
  /** Each training query's passages in the teacher's order. */
  teacher: Run;
  /** Lists of the teacher's files, and what was wrong with those that were skipped. */
  teacherLists: number;
  unreadable: string[];
}

async function collect<Record>(chunks: AsyncIterable<ParsedChunk<Record>>, unreadable: string[]): Promise<Record[]> {
  const records: Record[] = [];
  for await (const chunk of chunks) {
    records.push(...chunk.records);
    unreadable.push(...chunk.errors.map(({ file, line, reason }) => `${file}:${line}: ${reason}`));
  }
  return records;
}

/** Reads a demo's folder with the studio's own parsers. */
export async function readDemo(folder: string): Promise<Demo> {
  const unreadable: string[] = [];
  const file = async (name: string) => ({ name, data: await openAsBlob(join(folder, name)) });
  const texts = async (name: string) => collect(parseTexts(await file(name), 'tsv'), unreadable);
  const judgements = async (name: string) => toQrels(await collect(parseQrels(await file(name), 'trec'), unreadable));
  const bySplit = async <Value>(read: (split: Split) => Promise<Value>) =>
    Object.fromEntries(await Promise.all(SPLITS.map(async (split) => [split, await read(split)]))) as Record<
      Split,
      Value
    >;

  const teacher = await readRankGpt(await file('teacher.permutations.json'), await file('teacher.retrieved.jsonl'));
  unreadable.push(...teacher.skipped.map(({ line, reason }) => `teacher list ${line}: ${reason}`));
  return {
    collection: await texts('collection.tsv'),
    queries: await bySplit((split) => texts(`queries.${split}.tsv`)),
    qrels: await bySplit((split) => judgements(`qrels.${split}.txt`)),
    teacher: teacher.run,
    teacherLists: teacher.lists,
    unreadable,
  };
}
