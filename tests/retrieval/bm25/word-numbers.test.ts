import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordNumbers } from '../../../src/retrieval/bm25/word-numbers';

it('asks once for each distinct word, and remembers', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 300 }), (words) => {
      const asked: string[] = [];
      const numbers = new WordNumbers((word) => asked.push(word) - 1);
      const text = `[${words.join('')}]`;
      let start = 1;
      for (const word of words) {
        expect(asked[numbers.get(text, start, (start += word.length))]).toBe(word);
      }
      expect(asked).toEqual([...new Set(words)]);
    }),
  );
});

it('grows far', () => {
  const numbers = new WordNumbers(Number);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) expect(numbers.get(`${i}`, 0, `${i}`.length)).toBe(i);
  }
});
