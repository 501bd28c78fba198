import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PostingList, WINDOW } from '../../../src/retrieval/bm25/posting-list';
import { PostingsWriter, readPostings } from '../../../src/retrieval/bm25/postings';
import { inverseNorms, saturation } from '../../../src/retrieval/bm25/scoring';

const DOCUMENTS = 50_000;
const lengths = Uint8Array.from({ length: DOCUMENTS }, (_, i) => 1 + ((i * 7919) % 60));

interface Postings {
  documents: Int32Array;
  frequencies: Int32Array;
}

/** A term's postings: in most documents, in runs, or in few; frequencies mostly 1, some large. */
const postings: fc.Arbitrary<Postings> = fc
  .tuple(
    fc.integer({ min: 1, max: 700 }),
    fc.constantFrom(1, 2, 60),
    fc.integer({ min: 1, max: 70_000 }),
    fc.nat(2 ** 31 - 1),
  )
  .map(([count, widestGap, highest, seed]) => {
    let state = seed;
    const draw = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
    let document = draw(100) - 1;
    const documents = Int32Array.from({ length: count }, () => (document += 1 + draw(widestGap)));
    return { documents, frequencies: Int32Array.from({ length: count }, () => (draw(5) ? 1 : 1 + draw(highest))) };
  });

function written(terms: Postings[]) {
  const writer = new PostingsWriter(lengths);
  const places = terms.map(({ documents, frequencies }) => {
    const place = { documentFrequency: documents.length, ...writer.length };
    writer.write(documents, frequencies, 0, documents.length);
    return place;
  });
  return { arrays: writer.finish(), places };
}

it('are read as they were written, from any number on', () => {
  fc.assert(
    fc.property(fc.array(postings, { minLength: 1, maxLength: 4 }), fc.nat(1000), (terms, base) => {
      const { arrays, places } = written(terms);
      terms.forEach(({ documents, frequencies }, i) => {
        const read = {
          documents: new Int32Array(documents.length + 1),
          frequencies: new Int32Array(documents.length + 1),
        };
        readPostings(arrays, places[i]!, read.documents, read.frequencies, 1, base);
        expect(read.documents.subarray(1)).toEqual(documents.map((document) => document + base));
        expect(read.frequencies.subarray(1)).toEqual(frequencies);
      });
    }),
  );
});

it('take about as many bits as their gaps', () => {
  const documents = Int32Array.from({ length: 10_240 }, (_, i) => 2 * i);
  const { arrays } = written([{ documents, frequencies: documents.map(() => 1) }]);
  expect(arrays.packed.length * 32).toBe(10_240);
  expect(arrays.postings.length / 80).toBeLessThan(8);
});

describe('a posting list', () => {
  const norms = inverseNorms(0.9, 0.4, 25);

  it('unpacks block by block, in any order, what the whole says', () => {
    fc.assert(
      fc.property(postings, fc.array(fc.nat(5)), ({ documents, frequencies }, order) => {
        const { arrays, places } = written([{ documents, frequencies }]);
        const list = new PostingList(arrays, places[0]!, lengths, norms);
        expect(list.documentFrequency).toBe(documents.length);
        const saturations = Float32Array.from(documents, (document, i) =>
          saturation(frequencies[i]!, norms[lengths[document]!]!),
        );
        for (const block of [...order, 0, 1, 2, 3, 4, 5]) {
          const [from, to] = [128 * block, Math.min(documents.length, 128 * (block + 1))];
          if (from >= to) continue;
          expect(list.lastDocuments[block]).toBe(documents[to - 1]);
          list.unpack(block);
          expect(list.isUnpacked(block)).toBe(true);
          expect(list.documents.subarray(from, to)).toEqual(documents.subarray(from, to));
          expect(list.saturations.subarray(from, to)).toEqual(saturations.subarray(from, to));
        }
        expect(list.documents.at(-1)).toBe(0x7fffffff);
      }),
    );
  });

  it('tells for each window where its postings begin, and what none of them exceeds', () => {
    fc.assert(
      fc.property(postings, fc.integer({ min: 1, max: 60 }), (dense, spread) => {
        const documents = dense.documents.map((document) => (document * spread) % DOCUMENTS).sort();
        if (new Set(documents).size < documents.length) return;
        const { arrays, places } = written([{ ...dense, documents }]);
        const list = new PostingList(arrays, places[0]!, lengths, norms);
        const windows = Math.floor(documents.at(-1)! / WINDOW) + 1;
        expect([list.largestSaturations.length, list.firstBlocks.length]).toEqual([windows, windows]);
        for (let window = 0; window < windows; window++) {
          const first = documents.findIndex((document) => document >= window * WINDOW);
          expect(list.firstBlocks[window]).toBe(Math.floor(first / 128));
          documents.forEach((document, i) => {
            if (Math.floor(document / WINDOW) !== window) return;
            const one = saturation(dense.frequencies[i]!, norms[lengths[document]!]!);
            expect(one).toBeLessThanOrEqual(list.largestSaturations[window]!);
          });
        }
        // The rest is known posting by posting: where it has none, nothing can come.
        if (documents.length < 128)
          list.largestSaturations.forEach((largest, window) =>
            expect(largest > 0).toBe(documents.some((document) => Math.floor(document / WINDOW) === window)),
          );
      }),
    );
  });
});
