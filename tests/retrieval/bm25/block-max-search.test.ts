import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bm25Index } from '../../../src/retrieval/bm25/bm25-index';
import { searchSegment } from '../../../src/retrieval/bm25/block-max-search';
import { DECODED_LENGTH } from '../../../src/retrieval/bm25/document-length';
import { PostingLists } from '../../../src/retrieval/bm25/posting-lists';
import { readPostings } from '../../../src/retrieval/bm25/postings';
import { inverseDocumentFrequency, inverseNorms, saturation, termScore } from '../../../src/retrieval/bm25/scoring';
import { TopDocuments } from '../../../src/retrieval/bm25/top-documents';
import { Bm25Searcher, queryTerms, type Bm25Parameters, type QueryTerms } from '../../../src/retrieval/bm25/searcher';
import { drawing, indexOf, numbered, parameters, texts } from './collections';

/** The best documents the plain way: each posting of each term is added up, then all documents are sorted. */
function exhaustive(index: Bm25Index, terms: QueryTerms, depth: number, { k1 = 0.9, b = 0.4 }: Bm25Parameters = {}) {
  const scores = new Float64Array(index.documents);
  const norms = inverseNorms(k1, b, index.averageLength);
  for (const [term, boost] of terms) {
    const { documentFrequency, places } = index.find(term);
    const weight = Math.fround(boost * inverseDocumentFrequency(documentFrequency, index.documentsWithTerms));
    places.forEach((place, i) => {
      if (!place) return;
      const segment = index.segments[i]!;
      const documents = new Int32Array(place.documentFrequency);
      const frequencies = new Int32Array(place.documentFrequency);
      readPostings(segment.postings, place, documents, frequencies);
      documents.forEach((document, j) => {
        const norm = norms[segment.lengths[document]!]!;
        scores[segment.first + document]! += termScore(weight, saturation(frequencies[j]!, norm));
      });
    });
  }
  return Array.from(scores, (score, document) => ({ document, score: Math.fround(score) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.document - b.document)
    .slice(0, depth)
    .map(({ document, score }, i) => ({ document: index.id(document), rank: i + 1, score }));
}

describe('block-max search finds exactly what scoring every posting finds', () => {
  it('in small collections, at any parameters, in any segments', () => {
    fc.assert(
      fc.property(
        texts(60),
        texts(1),
        fc.array(fc.nat(60), { maxLength: 3 }),
        parameters,
        fc.integer({ min: 1, max: 70 }),
        (documents, [query = 'wing'], cuts, parameters, depth) => {
          const index = indexOf(numbered(documents), cuts);
          const found = new Bm25Searcher(index, parameters).search(query, depth);
          expect(found).toEqual(exhaustive(index, queryTerms(query), depth, parameters));
          // Statistics are of the whole: it does not matter how the index is cut.
          expect(found).toEqual(new Bm25Searcher(indexOf(numbered(documents)), parameters).search(query, depth));
        },
      ),
    );
  });

  /** Many windows and blocks; each term's documents lie dense in some stretches, thin or not at all in others. */
  function clustered(seed: number, size: number): string[] {
    const draw = drawing(seed);
    const words = ['wing', 'flow', 'shock', 'wave', 'plate', 'heat', 'moon', 'quark', 'zeta', 'bread'];
    const documents = Array.from({ length: size }, () => [] as string[]);
    words.forEach((word, i) => {
      for (let at = 0; at < size;) {
        const stretch = 50 + draw(5000);
        // From all documents to one of some thousands.
        const gap = draw(3) === 0 ? Infinity : 1 + draw(2 ** (1 + draw(4 + i)));
        for (let document = at; document < Math.min(size, at + stretch); document += 1 + draw(2 * gap))
          for (let times = 1 + (draw(4) ? 0 : draw(6)); times > 0; times--) documents[document]!.push(word);
        at += stretch;
      }
    });
    return documents.map((of) => [...of, ...Array.from({ length: draw(30) }, () => 'filler')].join(' '));
  }

  it.each([1, 2, 3, 4])('over many windows of documents (seed %i)', (seed) => {
    const documents = numbered(clustered(seed, 25_000));
    const draw = drawing(seed + 100);
    const searchers = [[], [9000], [4096, 8192, 20_000]].map((cuts) => new Bm25Searcher(indexOf(documents, cuts)));
    const words = [
      'wing',
      'flow',
      'shock',
      'wave',
      'plate',
      'heat',
      'moon',
      'quark',
      'zeta',
      'bread',
      'filler',
      'none',
    ];
    for (let round = 0; round < 8; round++) {
      const query = words.filter(() => draw(3) === 0).concat(words[draw(words.length)]!);
      // As an expansion weighs them.
      const weights = new Map(
        [...queryTerms(query.join(' '))].map(([term, boost]) => [term, Math.fround(boost / (1 + draw(40)))]),
      );
      for (const terms of [queryTerms(query.join(' ')), weights]) {
        const expected = exhaustive(searchers[0]!.index, terms, 1000);
        for (const depth of [1, 10, 100, 1000])
          for (const searcher of searchers) expect(searcher.search(terms, depth)).toEqual(expected.slice(0, depth));
      }
    }
  });

  it('with ties in the order of the collection', () => {
    const documents = Array.from({ length: 10_000 }, (_, i) =>
      i % 1000 === 999 ? 'wing flow' : i % 3 ? 'heat' : 'wing',
    );
    for (const cuts of [[], [5000], [4096, 9000]]) {
      const ranking = new Bm25Searcher(indexOf(numbered(documents), cuts)).search('wing flow', 15);
      expect(ranking.map(({ document }) => Number(document.slice(1)))).toEqual([
        ...[999, 1999, 2999, 3999, 4999, 5999, 6999, 7999, 8999, 9999],
        ...[0, 3, 6, 9, 12],
      ]);
    }
  });

  it('where windows end with blocks', () => {
    // 128 documents with the term end exactly where a window does, and the next one is far away.
    for (const start of [4096 - 128, 4096 - 129, 4096]) {
      const documents = Array.from({ length: 20_000 }, (_, i) =>
        i >= start && i < start + 128 ? 'wing heat' : i > 17_000 ? 'wing' : 'heat',
      );
      const index = indexOf(numbered(documents));
      for (const depth of [5, 500])
        expect(new Bm25Searcher(index).search('wing heat', depth)).toEqual(
          exhaustive(index, queryTerms('wing heat'), depth),
        );
    }
  });

  it('leaves blocks packed that cannot matter', () => {
    // The rare term decides; where it is missing, the frequent one cannot make up for it.
    const documents = Array.from({ length: 100_000 }, (_, i) =>
      i % 9000 === 0 ? 'quark wing' : i % 2 ? 'wing' : 'heat',
    );
    const index = indexOf(numbered(documents));
    const lists = new PostingLists(index, inverseNorms(0.9, 0.4, index.averageLength));
    const terms = ['quark', 'wing'].map((term) => {
      const { documentFrequency, lists: inSegments } = lists.get(term)!;
      const weight = inverseDocumentFrequency(documentFrequency, index.documentsWithTerms);
      return { weight, list: inSegments[0]! };
    });
    const top = new TopDocuments(10);
    searchSegment(terms, index.documents, 0, top);
    expect(top.take().map(({ document }) => document)).toEqual(Array.from({ length: 10 }, (_, i) => i * 9000));
    const { list } = terms[1]!;
    const unpacked = Array.from(list.lastDocuments, (_, block) => list.isUnpacked(block)).filter(Boolean);
    expect(unpacked.length).toBeLessThan(0.2 * list.lastDocuments.length);
  });

  it('at lengths beyond a byte', () => {
    const long = Array.from({ length: 300 }, (_, i) => 'wing '.repeat(i * 7) + 'flow '.repeat(i % 5));
    const index = indexOf(numbered(long));
    expect(DECODED_LENGTH.length).toBe(256);
    expect(new Bm25Searcher(index).search('wing flow', 40)).toEqual(exhaustive(index, queryTerms('wing flow'), 40));
  });
});
