import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BLOCK, bitsOf, packBlock, unpackBlock, wordsOf } from '../../../src/retrieval/bm25/block-codec';

const MARK = 0xdeadbeef;

it('packs and unpacks numbers of any width, and touches nothing else', () => {
  const blocks = fc.integer({ min: 0, max: 31 }).chain((width) =>
    fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { minLength: BLOCK, maxLength: BLOCK }).map((values) => ({
      width,
      values: Int32Array.from(values),
    })),
  );
  fc.assert(
    fc.property(blocks, ({ width, values }) => {
      const words = new Uint32Array(wordsOf(width) + 2);
      words[0] = words[words.length - 1] = MARK;
      packBlock(values, 0, width, words, 1);
      expect([words[0], words.at(-1)]).toEqual([MARK, MARK]);
      const unpacked = new Int32Array(BLOCK + 2).fill(-1);
      unpackBlock(words, 1, width, unpacked, 1);
      expect([unpacked[0], unpacked.at(-1)]).toEqual([-1, -1]);
      expect(unpacked.subarray(1, BLOCK + 1)).toEqual(values);
    }),
  );
});

it('takes as many bits as the largest number needs', () => {
  expect([0, 1, 2, 3, 4, 255, 256, 2 ** 31 - 1].map(bitsOf)).toEqual([0, 1, 2, 2, 3, 8, 9, 31]);
  expect([0, 1, 7].map(wordsOf)).toEqual([0, 4, 28]);
});
