import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextRecord } from '../../../src/formats/records';
import {
  type Bm25Index,
  StoredIndexError,
  loadBm25Index,
  storeBm25Index,
} from '../../../src/retrieval/bm25/bm25-index';
import { buildBm25Index, Bm25IndexBuilder } from '../../../src/retrieval/bm25/build-index';
import { DECODED_LENGTH, encodeLength } from '../../../src/retrieval/bm25/document-length';
import { Bm25Searcher } from '../../../src/retrieval/bm25/searcher';
import { englishTerms } from '../../../src/text/lucene/english-analyzer';
import { run, texts } from '../../goldens/lucene/goldens';

const collection = texts('collection.tsv');
const queries = texts('queries.tsv');

function indexOf(records: TextRecord[]): Bm25Index {
  const builder = new Bm25IndexBuilder();
  for (const record of records) builder.add(record);
  return builder.finish();
}

const numbered = (documents: string[]) => documents.map((text, i) => ({ id: `d${i}`, text }));

describe('against Lucene', () => {
  const searcher = new Bm25Searcher(indexOf(collection));
  const expected = run();

  it.each(queries.map(({ id, text }) => [id, text]))('%s: %s', (id, text) => {
    const ranking = searcher.search(text!, 1000);
    const lucene = expected.get(id!) ?? [];
    expect(ranking.map(({ document }) => document)).toEqual(lucene.map(({ document }) => document));
    expect(ranking.map(({ rank }) => rank)).toEqual(lucene.map((_, i) => i + 1));
    // Lucene prints the shortest digits of a float32: the very same number.
    ranking.forEach(({ score }, i) => expect(score).toBe(Math.fround(lucene[i]!.score)));
  });

  it('covers queries without a hit, and rankings with ties', () => {
    expect(queries.filter(({ id }) => !expected.has(id)).length).toBeGreaterThan(0);
    expect([...expected.values()].some((hits) => hits.some(({ score }, i) => score === hits[i + 1]?.score))).toBe(true);
  });

  it('leaves documents without terms out of N and the average length', () => {
    const { documentsWithTerms, ids, tokens } = searcher.index;
    expect([documentsWithTerms, ids.size]).toEqual([38, 40]);
    expect(tokens).toBe(collection.reduce((sum, { text }) => sum + englishTerms(text).length, 0));
  });
});

describe('search', () => {
  it('scores by the formula, at any parameters', () => {
    const words = ['wing', 'flow', 'shock', 'wave', 'the', 'plate', 'heat'];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 12 }),
        text,
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (documents, query, k1, b) => {
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
        },
      ),
    );
  });

  it('goes on over many windows of documents, ties in the order of the collection', () => {
    const documents = Array.from({ length: 10_000 }, (_, i) =>
      i % 1000 === 999 ? 'wing flow' : i % 3 ? 'heat' : 'wing',
    );
    const ranking = new Bm25Searcher(indexOf(numbered(documents))).search('wing flow', 15);
    expect(ranking.map(({ document }) => Number(document.slice(1)))).toEqual([
      ...[999, 1999, 2999, 3999, 4999, 5999, 6999, 7999, 8999, 9999],
      ...[0, 3, 6, 9, 12],
    ]);
    expect(ranking.map(({ rank }) => rank)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
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
  const searcher = new Bm25Searcher(indexOf(collection));

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

describe('the index', () => {
  it('is built as records come, and tells how far it is', async () => {
    async function* batches() {
      yield collection.slice(0, 7);
      yield [];
      yield collection.slice(7);
    }
    const building = buildBm25Index(batches());
    const progress: number[] = [];
    let step = await building.next();
    for (; !step.done; step = await building.next()) progress.push(step.value.documents);
    expect(progress).toEqual([7, 7, 40]);
    expect(storeBm25Index(step.value)).toEqual(storeBm25Index(indexOf(collection)));
  });

  it('takes no id twice', () => {
    const builder = new Bm25IndexBuilder();
    builder.add({ id: 'x', text: 'wing' });
    expect(() => builder.add({ id: 'x', text: 'flow' })).toThrow('document "x" comes twice in the collection');
    builder.add({ id: 'y', text: 'flow' });
    expect(new Bm25Searcher(builder.finish()).search('flow', 5).map(({ document }) => document)).toEqual(['y']);
  });

  it('is the same after it was stored', () => {
    const stored = storeBm25Index(indexOf(collection));
    const loaded = loadBm25Index({
      meta: JSON.parse(JSON.stringify(stored.meta)),
      arrays: structuredClone(stored.arrays),
    });
    const [before, after] = [new Bm25Searcher(indexOf(collection)), new Bm25Searcher(loaded)];
    for (const { text } of queries) expect(after.search(text, 100)).toEqual(before.search(text, 100));
  });

  it('is not loaded from something else, or something broken', () => {
    const { meta, arrays } = storeBm25Index(indexOf(collection));
    expect(() => loadBm25Index({ meta: { ...(meta as object), version: 0 }, arrays })).toThrow(StoredIndexError);
    expect(() => loadBm25Index({ meta: null, arrays })).toThrow('expected version 1, found null: build it again');
    expect(() => loadBm25Index({ meta, arrays: { ...arrays, lengths: undefined } })).toThrow(
      'expected lengths as Uint8Array',
    );
    const cut = { ...arrays, documents: arrays.documents!.slice(1) };
    expect(() => loadBm25Index({ meta, arrays: cut })).toThrow(/expected \d+ postings/);
  });
});
