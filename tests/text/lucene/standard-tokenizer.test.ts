import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH, standardTokens } from '../../../src/text/lucene/standard-tokenizer';
import { CLASS_OF, CharacterClass } from '../../../src/text/lucene/word-break-classes';
import { analysedTexts } from '../../goldens/lucene/goldens';

const tokens = (text: string) => standardTokens(text).map(({ text, type }) => [text, type]);

describe('standardTokens', () => {
  it.each(analysedTexts('analysis.json').map(({ text, tokens }) => [text.slice(0, 60), text, tokens] as const))(
    'reads %j as Lucene does',
    (_, text, expected) => expect(tokens(text)).toEqual(expected),
  );

  it('reads random mixtures of all word-break classes as Lucene does', () => {
    const texts = analysedTexts('fuzz.json');
    expect(texts.length).toBeGreaterThan(400);
    for (const { text, tokens: expected } of texts) expect([text, tokens(text)]).toEqual([text, expected]);
  });

  it('cuts a token at 255 units, never inside a surrogate pair', () => {
    expect(standardTokens('a'.repeat(600)).map(({ text }) => text.length)).toEqual([255, 255, 90]);
    const lengths = standardTokens('x' + '\u{1d400}'.repeat(300)).map(({ text }) => text.length);
    expect(lengths).toEqual([255, 254, 92]);
    expect(Math.max(...lengths)).toBe(MAX_TOKEN_LENGTH);
  });

  it('finds nothing in nothing, and survives lone surrogates', () => {
    expect(tokens('')).toEqual([]);
    expect(tokens('lone\ud800')).toEqual([['lone', 'ALPHANUM']]);
    expect(tokens('\udc00lone')).toEqual([['lone', 'ALPHANUM']]);
  });
});

describe('CLASS_OF', () => {
  it('has a class for every code point', () => {
    expect(CLASS_OF).toHaveLength(0x110000);
    expect(CLASS_OF[0x10ffff]).toBe(CharacterClass.Other);
    expect(new Set(CLASS_OF).size).toBe(Object.keys(CharacterClass).length);
  });

  it.each([
    ['a', CharacterClass.ALetter],
    ['7', CharacterClass.Digit],
    ['_', CharacterClass.ExtendNumLet],
    ["'", CharacterClass.SingleQuote],
    ['’', CharacterClass.MidNumLet],
    ['א', CharacterClass.HebrewLetter],
    ['한', CharacterClass.Hangul],
    ['漢', CharacterClass.Han],
    ['ひ', CharacterClass.Hiragana],
    ['カ', CharacterClass.Katakana],
    ['ก', CharacterClass.ComplexContext],
    ['\u0301', CharacterClass.Extend],
    ['😀', CharacterClass.Emoji],
    ['🏽', CharacterClass.EmojiModifier],
    [' ', CharacterClass.Other],
  ])('knows %s', (character, expected) => expect(CLASS_OF[character.codePointAt(0)!]).toBe(expected));
});
