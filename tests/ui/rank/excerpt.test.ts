import { describe, expect, it } from 'vitest';
import { englishTerms } from '../../../src/text/lucene/english-analyzer';
import { termRanges } from '../../../src/text/lucene/term-ranges';
import { excerptStart, parts } from '../../../src/ui/rank/excerpt';

const rangesOf = (text: string, query: string) => termRanges(text, new Set(englishTerms(query)));
const filler = 'and so it goes on for a while without any of them '.repeat(6);

describe('parts', () => {
  it('cut a text where its marks are', () => {
    const text = 'Bees warm the hive';
    expect(parts(text, rangesOf(text, 'bee hives'))).toEqual([
      { text: 'Bees', marked: true },
      { text: ' warm the ', marked: false },
      { text: 'hive', marked: true },
    ]);
    expect(parts(text, [])).toEqual([{ text, marked: false }]);
    expect(parts('', [])).toEqual([]);
  });

  it('begin where they are told to', () => {
    const text = 'Bees warm the hive';
    expect(parts(text, rangesOf(text, 'bee hives'), 5).map((part) => part.text)).toEqual(['warm the ', 'hive']);
  });
});

describe('an excerpt', () => {
  it('begins with the text where a mark is near', () => {
    const text = `Bees warm the hive ${filler} bees`;
    expect(excerptStart(text, rangesOf(text, 'bees'))).toBe(0);
    expect(excerptStart(filler, [])).toBe(0);
  });

  it('begins with a word, shortly before where most marks stand', () => {
    const text = `${filler} one bee alone. ${filler} In winter the bees warm their hive by shivering. ${filler}`;
    const start = excerptStart(text, rangesOf(text, 'do bees warm the hive'));
    expect(text[start - 1]).toBe(' ');
    expect(text.slice(start, start + 60)).toContain('bees warm their hive');
  });

  it('begins with the mark itself in a text without spaces', () => {
    const text = `${'漢'.repeat(300)}字`;
    expect(excerptStart(text, [{ start: 300, end: 301 }])).toBe(300);
  });
});
