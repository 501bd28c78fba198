/** Small collections for the tests of BM25. */
import fc from 'fast-check';
import type { TextRecord } from '../../../src/formats/records';
import { Bm25Index } from '../../../src/retrieval/bm25/bm25-index';
import type { Segment } from '../../../src/retrieval/bm25/segment';
import { SegmentBuilder } from '../../../src/retrieval/bm25/segment-builder';
import type { Vocabulary } from '../../../src/retrieval/bm25/vocabulary';

export const numbered = (documents: readonly string[]): TextRecord[] =>
  documents.map((text, i) => ({ id: `d${i}`, text }));

export function segmentOf(records: readonly TextRecord[], vocabulary?: Vocabulary): Segment {
  const builder = new SegmentBuilder(vocabulary);
  for (const record of records) builder.add(record);
  return builder.finish();
}

/** An index whose segments end where `cuts` say. */
export function indexOf(records: readonly TextRecord[], cuts: readonly number[] = []): Bm25Index {
  const ends = [...new Set(cuts)].filter((cut) => cut > 0 && cut < records.length).sort((a, b) => a - b);
  const starts = [0, ...ends];
  return new Bm25Index(starts.map((start, i) => segmentOf(records.slice(start, starts[i + 1]))));
}

const WORDS = ['wing', 'flow', 'shock', 'wave', 'the', 'plate', 'heat', 'moon', 'ümlaut', '漢字'];

/** Texts over few words, some of them rare, some empty. */
export const texts = (maxLength: number) =>
  fc.array(
    fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
          { weight: 1, arbitrary: fc.constantFrom('quark', 'zeta') },
        ),
        {
          maxLength: 12,
        },
      )
      .map((words) => words.join(' ')),
    { maxLength },
  );

export const parameters = fc.record({
  k1: fc.double({ min: 0, max: 3, noNaN: true }),
  b: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** A stream of numbers below a bound that is the same for a seed. */
export function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
