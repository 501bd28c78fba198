import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSegments } from '../../../src/retrieval/bm25/build-index';
import { mergeSegments } from '../../../src/retrieval/bm25/merge-segments';
import { readPostings } from '../../../src/retrieval/bm25/postings';
import {
  StoredSegmentError,
  isSegment,
  loadSegment,
  segmentBytes,
  storeSegment,
  type Segment,
} from '../../../src/retrieval/bm25/segment';
import { stringAt } from '../../../src/retrieval/bm25/strings';
import { DictionaryCursor } from '../../../src/retrieval/bm25/term-dictionary';
import { Vocabulary } from '../../../src/retrieval/bm25/vocabulary';
import { englishTerms } from '../../../src/text/lucene/english-analyzer';
import { texts as golden } from '../../goldens/lucene/goldens';
import { numbered, segmentOf, texts } from './collections';

const collection = golden('collection.tsv');

/** All that a segment says: frequencies by term and document. */
function contents(segment: Segment): Record<string, Record<string, number>> {
  const all: Record<string, Record<string, number>> = {};
  const cursor = new DictionaryCursor(segment.dictionary);
  while (cursor.next()) {
    const term = Buffer.from(cursor.term.slice(0, cursor.length)).toString();
    const documents = new Int32Array(cursor.documentFrequency);
    const frequencies = new Int32Array(cursor.documentFrequency);
    readPostings(segment.postings, cursor, documents, frequencies);
    all[term] = Object.fromEntries(
      Array.from(documents, (document, i) => [stringAt(segment.ids, document), frequencies[i]!]),
    );
  }
  return all;
}

describe('a segment', () => {
  it('has each term of each document', () => {
    fc.assert(
      fc.property(texts(40), (documents) => {
        const expected: Record<string, Record<string, number>> = {};
        for (const { id, text } of numbered(documents))
          for (const term of englishTerms(text)) {
            expected[term] ??= {};
            expected[term][id] = (expected[term][id] ?? 0) + 1;
          }
        const segment = segmentOf(numbered(documents));
        expect(contents(segment)).toEqual(expected);
        expect(segment.terms).toBe(Object.keys(expected).length);
      }),
    );
  });

  it('counts documents, and those with terms', () => {
    const { documents, documentsWithTerms, tokens } = segmentOf(collection);
    expect([documents, documentsWithTerms]).toEqual([40, 38]);
    expect(tokens).toBe(collection.reduce((sum, { text }) => sum + englishTerms(text).length, 0));
  });

  it('counts a term however often a document has it', () => {
    expect(contents(segmentOf([{ id: 'long', text: 'wing '.repeat(70_000) }]))).toEqual({ wing: { long: 70_000 } });
  });

  it('is the same with words remembered from another one', () => {
    const vocabulary = new Vocabulary();
    segmentOf(collection.slice(20), vocabulary);
    expect(segmentOf(collection.slice(0, 20), vocabulary)).toEqual(segmentOf(collection.slice(0, 20)));
  });
});

describe('merging', () => {
  it('makes the segment that all documents at once make', () => {
    fc.assert(
      fc.property(texts(60), fc.array(fc.nat(60), { maxLength: 4 }), (documents, cuts) => {
        const records = numbered(documents);
        const ends = [0, ...cuts.sort((a, b) => a - b), records.length];
        const segments = ends.slice(1).map((end, i) => segmentOf(records.slice(ends[i], Math.max(end, ends[i]!))));
        expect(mergeSegments(segments)).toEqual(segmentOf(records));
      }),
    );
  });

  it('holds for terms of many blocks', () => {
    const records = numbered(
      Array.from({ length: 3000 }, (_, i) => `wing ${i % 3 ? 'flow' : 'shock wing'} ${i % 500}`),
    );
    const segments = [records.slice(0, 700), records.slice(700, 701), records.slice(701)].map((some) =>
      segmentOf(some),
    );
    expect(mergeSegments(segments)).toEqual(segmentOf(records));
  });
});

describe('building', () => {
  async function* batches(size: number) {
    for (let i = 0; i < collection.length; i += size) yield collection.slice(i, i + size);
  }

  it('cuts the collection where the postings are enough, and tells how far it is', async () => {
    const progress: number[] = [];
    const segments: Segment[] = [];
    for await (const event of buildSegments(batches(7), 100)) {
      if ('segment' in event) segments.push(event.segment);
      else progress.push(event.documents);
    }
    expect(progress).toEqual([7, 14, 21, 28, 35, 40]);
    expect(segments.length).toBeGreaterThan(1);
    expect(mergeSegments(segments)).toEqual(segmentOf(collection));
  });

  it('makes one segment of a small collection, none of an empty one', async () => {
    const segments = [];
    for await (const event of buildSegments(batches(40))) if ('segment' in event) segments.push(event.segment);
    expect(segments).toEqual([segmentOf(collection)]);
    for await (const _ of buildSegments((async function* () {})())) expect.fail();
  });
});

describe('stored', () => {
  const segment = segmentOf(collection);
  const { meta, arrays } = storeSegment(segment);

  it('is the same when loaded', () => {
    expect(isSegment(meta)).toBe(true);
    expect(loadSegment({ meta: JSON.parse(JSON.stringify(meta)), arrays: structuredClone(arrays) })).toEqual(segment);
    expect(segmentBytes(segment)).toBeGreaterThan(1000);
  });

  it('is not loaded from something else, or something broken', () => {
    const older = { ...(meta as object), version: 1 };
    expect([older, null, {}, 'bm25'].map(isSegment)).toEqual([false, false, false, false]);
    expect(() => loadSegment({ meta: older, arrays })).toThrow(StoredSegmentError);
    expect(() => loadSegment({ meta: null, arrays })).toThrow('expected version 2, found null: build it again');
    expect(() => loadSegment({ meta, arrays: { ...arrays, lengths: undefined } })).toThrow(
      'expected lengths as Uint8Array',
    );
    const cut = { ...arrays, lengths: arrays['lengths']!.slice(1) };
    expect(() => loadSegment({ meta, arrays: cut })).toThrow('of 40 documents, found 39 and 40');
  });
});
