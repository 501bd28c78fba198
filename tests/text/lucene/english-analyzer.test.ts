import { describe, expect, it } from 'vitest';
import { englishTerm, englishTerms } from '../../../src/text/lucene/english-analyzer';
import { lowerCase, withoutPossessive } from '../../../src/text/lucene/filters';
import { porterStem } from '../../../src/text/lucene/porter-stemmer';
import { ENGLISH_STOP_WORDS } from '../../../src/text/lucene/stop-words';
import { analysedTexts, stems } from '../../goldens/lucene/goldens';

describe('englishTerms', () => {
  it.each(analysedTexts('analysis.json').map(({ text, terms }) => [text.slice(0, 60), text, terms] as const))(
    'makes the terms of %j that Lucene makes',
    (_, text, terms) => expect(englishTerms(text)).toEqual(terms),
  );

  it('makes the terms of random mixtures that Lucene makes', () => {
    for (const { text, terms } of analysedTexts('fuzz.json')) expect([text, englishTerms(text)]).toEqual([text, terms]);
  });
});

describe('the filters', () => {
  it('stem as Lucene does', () => {
    const words = stems();
    expect(words.length).toBeGreaterThan(250);
    for (const [word, stem] of words) expect([word, porterStem(word)]).toEqual([word, stem]);
  });

  it('take one possessive off, in either case, with any apostrophe', () => {
    expect(["dog's", "DOG'S", 'dog’s', 'dog＇s', "dogs'", "it's's", 'ds'].map(withoutPossessive)).toEqual([
      'dog',
      'DOG',
      'dog',
      'dog',
      "dogs'",
      "it's",
      'ds',
    ]);
  });

  it('lower each code point by itself', () => {
    expect(['ΟΔΟΣ', 'İSTANBUL', 'ẞ', '\u{10400}x', 'ABC'].map(lowerCase)).toEqual([
      'οδοσ',
      'istanbul',
      'ß',
      '\u{10428}x',
      'abc',
    ]);
  });

  it("drop Lucene's 33 stop words, after the possessive and the case", () => {
    expect(ENGLISH_STOP_WORDS.size).toBe(33);
    expect(['The', "It's", 'from', 'were'].map(englishTerm)).toEqual([undefined, undefined, 'from', 'were']);
  });
});
