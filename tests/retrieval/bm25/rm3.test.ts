import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expandedTerms } from '../../../src/retrieval/bm25/expand';
import { RM3_DEFAULTS, expandByRm3 } from '../../../src/retrieval/bm25/rm3';
import { Bm25Searcher, queryTerms } from '../../../src/retrieval/bm25/searcher';
import { texts as golden } from '../../goldens/lucene/goldens';
import { indexOf } from './collections';

interface Expanded {
  id: string;
  terms: Record<string, number>;
  run: [document: string, score: number][];
}

const collection = golden('collection.tsv');
const queries = golden('queries.tsv');
const lines = readFileSync(new URL('../../goldens/anserini/rm3.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const expected = lines.map((line) => JSON.parse(line) as Expanded);

describe.each([
  ['its defaults', RM3_DEFAULTS, expected.slice(0, queries.length)],
  ['other options', { feedbackTerms: 3, feedbackDocuments: 4, originalWeight: 0.8 }, expected.slice(queries.length)],
])('Anserini with %s', (_, options, goldens) => {
  const searcher = new Bm25Searcher(indexOf(collection, [13]));
  const byId = new Map(collection.map(({ id, text }) => [id, text]));
  const documents = { texts: async (ids: readonly string[]) => ids.map((id) => byId.get(id)!) };

  it.each(goldens.map((one) => [one.id, one] as const))('%s', async (id, { terms, run }) => {
    const query = queries.find((one) => one.id === id)!.text;
    const expanded = await expandedTerms(searcher, documents, query, options);
    const sorted = Object.fromEntries([...expanded].sort(([a], [b]) => (a < b ? -1 : 1)));
    const rounded = Object.fromEntries(Object.entries(terms).map(([term, weight]) => [term, Math.fround(weight)]));
    expect(sorted).toEqual(rounded);
    const found = searcher.search(expanded, 40);
    expect(found.map(({ document, score }) => [document, score])).toEqual(
      run.map(([document, score]) => [document, Math.fround(score)]),
    );
  });
});

describe('an expansion', () => {
  const statistics = { documents: 100, documentFrequency: (term: string) => (term === 'common' ? 11 : 3) };

  it('leaves out frequent terms, single letters, long ones, and what is not a-z or 0-9', () => {
    const terms = ['common', 'x', 'a'.repeat(21), 'ümlaut', "o'neil", 'good'];
    const expanded = expandByRm3(queryTerms('wing'), [{ terms, score: 2 }], statistics);
    expect([...expanded]).toEqual([
      ['wing', 0.5],
      ['good', 0.5],
    ]);
  });

  it('is the query where there is no feedback', () => {
    for (const feedback of [[], [{ terms: ['common'], score: 3 }]])
      expect([...expandByRm3(queryTerms('wing wing flow'), feedback, statistics)]).toEqual([
        ['wing', Math.fround(Math.fround(2 / 3) * 0.5)],
        ['flow', Math.fround(Math.fround(1 / 3) * 0.5)],
      ]);
  });

  it('explains a score by weights', () => {
    const searcher = new Bm25Searcher(indexOf(collection));
    const terms = new Map([
      ['moon', 0.75],
      ['tide', 0.25],
    ]);
    for (const { document, score } of searcher.search(terms, 10)) {
      const explanation = searcher.explain(terms, document);
      expect(explanation.score).toBe(score);
      expect(explanation.terms.map(({ boost }) => boost)).toEqual([0.75, 0.25]);
    }
  });
});
