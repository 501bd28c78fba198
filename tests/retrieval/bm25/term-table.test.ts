import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TermTable } from '../../../src/retrieval/bm25/term-table';

const strings = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 2 })));
const utf8 = (text: string) => Buffer.from(text, 'utf8');

it('numbers distinct terms as they come', () => {
  fc.assert(
    fc.property(strings, (texts) => {
      const table = new TermTable();
      const numbers = new Map<string, number>();
      for (const text of texts) {
        if (!numbers.has(text)) numbers.set(text, numbers.size);
        expect(table.add(text)).toBe(numbers.get(text));
      }
      expect(table.size).toBe(numbers.size);
      for (const [text, number] of numbers) expect(utf8(text).equals(table.utf8(number))).toBe(true);
    }),
  );
});

it('sorts them by their bytes', () => {
  fc.assert(
    fc.property(strings, (texts) => {
      const table = new TermTable();
      const numbers = Int32Array.from(new Set(texts.map((text) => table.add(text))));
      const sorted = [...table.sort(numbers)].map((number) => Buffer.from(table.utf8(number)));
      expect(sorted).toEqual([...sorted].sort(Buffer.compare));
    }),
  );
});

it('grows far', () => {
  const table = new TermTable();
  for (let round = 0; round < 2; round++) for (let i = 0; i < 20_000; i++) expect(table.add(`document-${i}`)).toBe(i);
});
