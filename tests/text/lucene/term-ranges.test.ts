import fc from 'fast-check';
import { expect, it } from 'vitest';
import { englishTerms } from '../../../src/text/lucene/english-analyzer';
import { termRanges } from '../../../src/text/lucene/term-ranges';

const found = (text: string, query: string) =>
  termRanges(text, new Set(englishTerms(query))).map(({ start, end }) => text.slice(start, end));

it('finds words by their terms', () => {
  expect(found("The Ovens' heat; an oven’s bread, overheated.", 'oven heating')).toEqual(['Ovens', 'heat', 'oven’s']);
  expect(found('Tides and the moon', 'the and')).toEqual([]);
  expect(found('😀 größe 漢字 Größe', 'GRÖSSE größe 漢')).toEqual(['größe', '漢', 'Größe']);
});

it('finds all terms that the analysis finds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const terms = englishTerms(text);
      const ranges = termRanges(text, new Set(terms));
      expect(ranges.flatMap(({ start, end }) => englishTerms(text.slice(start, end))).length).toBe(ranges.length);
      expect(ranges.length).toBe(terms.length);
      ranges.forEach(({ start, end }, i) => {
        expect(start).toBeGreaterThanOrEqual(ranges[i - 1]?.end ?? 0);
        expect(end).toBeGreaterThan(start);
      });
    }),
  );
});
