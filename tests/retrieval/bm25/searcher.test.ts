import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBm25Index } from '../../../src/retrieval/bm25/build-index';
import { DECODED_LENGTH, encodeLength } from '../../../src/retrieval/bm25/document-length';
import { Bm25Searcher } from '../../../src/retrieval/bm25/searcher';
import { englishTerms } from '../../../src/text/lucene/english-analyzer';
import { run, texts as golden } from '../../goldens/lucene/goldens';
import { indexOf, numbered, parameters, texts } from './collections';

const collection = golden('collection.tsv');
const queries = golden('queries.tsv');

describe('against Lucene', () => {
  const expected = run();
  const searchers = [[], [13], [1, 2, 25, 39]].map((cuts) => new Bm25Searcher(indexOf(collection, cuts)));

  it.each(queries.map(({ id, text }) => [id, text]))('%s: %s', (id, text) => {
    const [ranking, ...inSegments] = searchers.map((searcher) => searcher.search(text!, 1000));
    for (const other of inSegments) expect(other).toEqual(ranking);
    const lucene = expected.get(id!) ?? [];
    expect(ranking!.map(({ document }) => document)).toEqual(lucene.map(({ document }) => document));
    expect(ranking!.map(({ rank }) => rank)).toEqual(lucene.map((_, i) => i + 1));
    // Lucene prints the shortest digits of a float32: the very same number.
    ranking!.forEach(({ score }, i) => expect(score).toBe(Math.fround(lucene[i]!.score)));
  });

  it('covers queries without a hit, and rankings with ties', () => {
    expect(queries.filter(({ id }) => !expected.has(id)).length).toBeGreaterThan(0);
    expect([...expected.values()].some((hits) => hits.some(({ score }, i) => score === hits[i + 1]?.score))).toBe(true);
  });

  it('leaves documents without terms out of N and the average length', () => {
    const index = indexOf(collection, [13]);
    expect([index.documentsWithTerms, index.documents]).toEqual([38, 40]);
    expect(index.averageLength).toBe(index.tokens / 38);
  });
});

describe('search', () => {
  it('scores by the formula, at any parameters', () => {
    fc.assert(
      fc.property(texts(12), texts(1), parameters, (documents, [query = ''], { k1, b }) => {
        const terms = documents.map(englishTerms);
        const filled = terms.filter(({ length }) => length > 0);
        const average = filled.flat().length / filled.length;
        const scores = terms.map((of) => {
          const length = DECODED_LENGTH[encodeLength(of.length)]!;
          return englishTerms(query).reduce((sum, term) => {
            const f = of.filter((each) => each === term).length;
            const n = terms.filter((each) => each.includes(term)).length;
            const idf = Math.log(1 + (filled.length - n + 0.5) / (n + 0.5));
            return f ? sum + (idf * f) / (f + k1 * (1 - b + (b * length) / average)) : sum;
          }, 0);
        });
        const ranking = new Bm25Searcher(indexOf(numbered(documents)), { k1, b }).search(query, 100);
        expect(ranking).toHaveLength(scores.filter((score) => score > 0).length);
        for (const { document, score } of ranking) expect(score).toBeCloseTo(scores[Number(document.slice(1))]!, 4);
      }),
    );
  });

  it('finds nothing in an empty collection, or for a query without terms', () => {
    expect(new Bm25Searcher(indexOf([])).search('wing', 10)).toEqual([]);
    expect(new Bm25Searcher(indexOf(numbered(['', 'the']))).search('wing', 10)).toEqual([]);
    expect(new Bm25Searcher(indexOf(numbered(['wing']))).search('of the', 10)).toEqual([]);
  });

  it('says which parameter is wrong', () => {
    const index = indexOf(numbered(['wing']));
    expect(() => new Bm25Searcher(index, { k1: -1 })).toThrow('BM25: k1 is -1, expected a number from 0');
    expect(() => new Bm25Searcher(index, { b: NaN })).toThrow('BM25: b is NaN, expected a number from 0 to 1');
    expect(() => new Bm25Searcher(index).search('wing', 0)).toThrow('depth is 0, expected a whole number from 1');
  });
});

describe('explain', () => {
  const searcher = new Bm25Searcher(indexOf(collection, [5, 21]));

  it('adds up to the score', () => {
    for (const { text } of queries) {
      for (const { document, score } of searcher.search(text, 1000)) {
        const explanation = searcher.explain(text, document);
        expect(explanation.score).toBe(score);
        for (const { boost, idf, tf, contribution } of explanation.terms)
          expect(boost * idf * tf).toBeCloseTo(contribution, 5);
      }
    }
  });

  it('tells of terms that the document, or the whole collection, does not have', () => {
    const { terms, length } = searcher.explain('bread bread xylophone moons', 'd4');
    expect(terms.map(({ term, boost, frequency }) => [term, boost, frequency])).toEqual([
      ['bread', 2, 1],
      ['xylophon', 1, 0],
      ['moon', 1, 0],
    ]);
    expect(terms[1]).toMatchObject({ documentFrequency: 0, contribution: 0, tf: 0 });
    expect(length).toBe(englishTerms(collection.find(({ id }) => id === 'd4')!.text).length);
  });

  it('names a document that is not there', () => {
    expect(() => searcher.explain('bread', 'd99')).toThrow('document "d99" is not in the BM25 index');
  });
});

it('is built at once where the collection is small', () => {
  const built = new Bm25Searcher(buildBm25Index(collection));
  const inSegments = new Bm25Searcher(indexOf(collection, [7, 20]));
  for (const { text } of queries) expect(built.search(text, 100)).toEqual(inSegments.search(text, 100));
});
