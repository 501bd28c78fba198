import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/retrieval/bm25/byte-stream';

it('reads the numbers that were written', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(300), fc.nat(0x7fffffff), fc.constant(0xffffffff))), (numbers) => {
      const writer = new ByteWriter();
      numbers.forEach((number) => writer.number(number));
      writer.byte(7);
      const bytes = writer.finish();
      expect(bytes.length).toBe(writer.length);
      const reader = new ByteReader(bytes);
      expect(numbers.map(() => reader.number())).toEqual(numbers);
      expect(reader.byte()).toBe(7);
    }),
  );
});

it('takes a byte for seven bits', () => {
  const lengths = [0, 127, 128, 16_383, 16_384, 0xffffffff].map((number) => {
    const writer = new ByteWriter();
    writer.number(number);
    return writer.length;
  });
  expect(lengths).toEqual([1, 1, 2, 2, 3, 5]);
});
