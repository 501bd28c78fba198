import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DECODED_LENGTH, encodeLength } from '../../../src/retrieval/bm25/document-length';

it('keeps lengths below 40 exactly, and four significant bits above, as SmallFloat.intToByte4', () => {
  const kept = (tokens: number) => DECODED_LENGTH[encodeLength(tokens)];
  for (let tokens = 0; tokens < 40; tokens++) expect(kept(tokens)).toBe(tokens);
  // Values of Lucene 9.12.2's SmallFloat.byte4ToInt(intToByte4(…)).
  expect([40, 41, 55, 57, 100, 1000, 65_536, 1_000_000, 0x7fffffff].map(kept)).toEqual([
    40, 40, 54, 56, 96, 984, 61_464, 983_064, 2_013_265_944,
  ]);
});

it('never rises above the length, nor falls as it grows', () => {
  fc.assert(
    fc.property(fc.nat(0x7ffffffe), (tokens) => {
      const byte = encodeLength(tokens);
      expect(byte).toBeLessThanOrEqual(encodeLength(tokens + 1));
      expect(DECODED_LENGTH[byte]).toBeLessThanOrEqual(tokens);
      expect(encodeLength(DECODED_LENGTH[byte]!)).toBe(byte);
    }),
  );
  expect(encodeLength(0x7fffffff)).toBe(255);
});
