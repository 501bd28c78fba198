import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/retrieval/bm25/byte-stream';
import { largestSaturation, skipImpacts, writeImpacts } from '../../../src/retrieval/bm25/impacts';
import { inverseNorms, saturation } from '../../../src/retrieval/bm25/scoring';

const postings = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 128,
});

function written(pairs: [frequency: number, length: number][]): Uint8Array {
  const writer = new ByteWriter();
  const numbers = (values: number[]) => Int32Array.from(values);
  const frequencies = numbers(pairs.map(([frequency]) => frequency));
  const documents = numbers(pairs.map((_, i) => i));
  writeImpacts(
    frequencies,
    documents,
    0,
    pairs.length,
    Uint8Array.from(pairs, ([, length]) => length),
    writer,
  );
  return writer.finish();
}

it('tell the largest saturation of a block, at any parameters', () => {
  const parameters = [fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })] as const;
  fc.assert(
    fc.property(postings, ...parameters, fc.double({ min: 1, max: 500, noNaN: true }), (pairs, k1, b, average) => {
      const norms = inverseNorms(k1, b, average);
      const reader = new ByteReader(written(pairs));
      const largest = Math.max(...pairs.map(([frequency, length]) => saturation(frequency, norms[length]!)));
      expect(largestSaturation(reader, norms)).toBe(largest);
      expect(reader.at).toBe(reader.bytes.length);
      const skipping = new ByteReader(reader.bytes);
      skipImpacts(skipping);
      expect(skipping.at).toBe(reader.at);
    }),
  );
});

it('are only pairs that no other one beats', () => {
  // 2 × in 20 tokens is beaten by 2 × in 12, 1 × in 12 by it as well; 5 × in 31 is not.
  const kept = written([
    [1, 12],
    [2, 20],
    [5, 31],
    [2, 12],
    [4, 31],
  ]);
  expect([...kept]).toEqual([2, /* 2 × */ 2, 12, /* 5 × */ 3, 19]);
});
