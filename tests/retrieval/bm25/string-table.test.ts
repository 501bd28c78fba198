import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StringTable } from '../../../src/retrieval/bm25/string-table';

const strings = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 2 })));

it('numbers distinct strings as they come, and finds them again, also when stored', () => {
  fc.assert(
    fc.property(strings, fc.string(), (texts, other) => {
      const table = new StringTable();
      const numbers = new Map<string, number>();
      for (const text of texts) {
        if (!numbers.has(text)) numbers.set(text, numbers.size);
        expect(table.add(text)).toBe(numbers.get(text));
      }
      for (const each of [table, new StringTable(table.arrays())]) {
        expect(each.size).toBe(numbers.size);
        for (const [text, number] of numbers) expect([each.find(text), each.get(number)]).toEqual([number, text]);
        expect(each.find(other)).toBe(numbers.get(other) ?? -1);
      }
    }),
  );
});

it('grows far', () => {
  const table = new StringTable();
  for (let i = 0; i < 20_000; i++) expect(table.add(`document-${i}`)).toBe(i);
  for (let i = 0; i < 20_000; i += 7) expect(table.find(`document-${i}`)).toBe(i);
  expect(table.find('document-20000')).toBe(-1);
  expect(table.get(19_999)).toBe('document-19999');
});

it('says which numbers there are', () => {
  const table = new StringTable();
  table.add('one');
  expect(() => table.get(1)).toThrow('string 1: expected a number from 0 to 0');
  expect(() => table.get(-1)).toThrow(RangeError);
});
