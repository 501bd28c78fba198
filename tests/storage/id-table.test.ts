import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bucketBits, bucketOf, toBuckets } from '../../src/storage/id-buckets';
import { IdTable } from '../../src/storage/id-table';

const entries = fc.array(
  fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 7, 2 ** 32 - 1)),
    fc.integer({ min: 0, max: 2 ** 32 - 2 }),
  ),
  {
    maxLength: 3000,
    size: 'max',
  },
);

it('the table gives back all numbers of a hash, and the buckets hold each entry once', () => {
  fc.assert(
    fc.property(entries, (pairs) => {
      const table = new IdTable();
      const expected = new Map<number, number[]>();
      for (const [hash, number] of pairs) {
        table.add(hash, number);
        expected.set(hash, [...(expected.get(hash) ?? []), number]);
      }
      expect(table.size).toBe(pairs.length);
      for (const [hash, numbers] of expected) expect(table.numbersOf(hash).toSorted()).toEqual(numbers.toSorted());
      expect(table.numbersOf(123456)).toEqual(expected.get(123456) ?? []);

      const found: string[] = [];
      for (const [bucket, { hashes, numbers }] of toBuckets(table))
        hashes.forEach((hash, i) => {
          expect(bucketOf(hash, bucketBits(pairs.length))).toBe(bucket);
          found.push(`${hash} ${numbers[i]}`);
        });
      expect(found.toSorted()).toEqual(pairs.map(([hash, number]) => `${hash} ${number}`).toSorted());
    }),
    { numRuns: 30 },
  );
});
