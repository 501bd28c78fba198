/** What make-lucene.sh had Lucene write. */
import { readFileSync } from 'node:fs';
import type { TextRecord } from '../../../src/formats/records';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const rows = (name: string, separator: string) =>
  read(name)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(separator));

export interface AnalysedText {
  text: string;
  tokens: [text: string, type: string][];
  terms: string[];
}

export const analysedTexts = (name: 'analysis.json' | 'fuzz.json') => JSON.parse(read(name)) as AnalysedText[];

export const stems = () => rows('stems.txt', ' ') as [word: string, stem: string][];

/** Title and text joined by one space. */
export const texts = (name: 'collection.tsv' | 'queries.tsv'): TextRecord[] =>
  rows(name, '\t').map(([id, ...parts]) => ({ id: id!, text: parts.filter((part) => part !== '').join(' ') }));

/** The run: documents and float32 scores by query, best first. */
export function run(): Map<string, { document: string; score: number }[]> {
  const rankings = new Map<string, { document: string; score: number }[]>();
  for (const [query, , document, , score] of rows('run.trec', ' ')) {
    if (!rankings.has(query!)) rankings.set(query!, []);
    rankings.get(query!)!.push({ document: document!, score: Number(score) });
  }
  return rankings;
}
