/**
 * The word-break rules of Unicode Standard Annex #29 as Lucene's StandardTokenizer reads them: each rule is a kind of token,
 * the longest match wins, and what matches none is between tokens. Emoji follow UTS #51 instead of WB3c and WB14 to WB16;
 * scripts that need a dictionary stay in one piece (South-East Asian) or fall into single characters (Han, Hiragana).
 *
 * https://unicode.org/reports/tr29/#Word_Boundary_Rules, https://unicode.org/reports/tr51/#EBNF_and_Regex,
 * Lucene 9.12's StandardTokenizerImpl.jflex. The names in capitals below are the annex's rules.
 */
import { type Pattern, compile, either, one, oneOrMore, optional, repeat, sequence } from './automaton';
import { CharacterClass as C } from './word-break-classes';

/** Lucene's types of tokens, by number. */
export const TOKEN_TYPES = [
  'EMOJI',
  'NUM',
  'HANGUL',
  'KATAKANA',
  'ALPHANUM',
  'SOUTHEAST_ASIAN',
  'IDEOGRAPHIC',
  'HIRAGANA',
] as const;

// WB4: what extends a character belongs to it.
const EXTENDS = [C.Extend, C.ComplexContextExtend, C.ZeroWidthJoiner, C.Keycap, C.EmojiModifier, C.Tag, C.CancelTag];
const extended = (...classes: number[]) =>
  sequence(one(...classes), repeat(one(...EXTENDS, C.TextPresentation, C.EmojiPresentation)));
/** Without the presentation selectors, which decide whether something is an emoji. */
const extendedEmoji = (...classes: number[]) => sequence(one(...classes), repeat(one(...EXTENDS)));

const hangul = extended(C.Hangul);
const hebrewLetter = extended(C.HebrewLetter);
const letter = extended(C.ALetter, C.HebrewLetter, C.Hangul, C.ALetterEmoji);
const numeric = extended(C.Digit, C.Numeric);
const katakana = extended(C.Katakana);
const midLetter = extended(C.MidLetter, C.MidNumLet, C.SingleQuote);
const midNumeric = extended(C.MidNum, C.MidNumLet, C.SingleQuote);
const singleQuote = extended(C.SingleQuote);
const doubleQuote = extended(C.DoubleQuote);
const connectors = repeat(extended(C.ExtendNumLet));

/** WB8, WB11, WB12: digits, with `.`, `,` or `'` between two of them. */
const number = sequence(numeric, repeat(either(connectors, midNumeric), numeric));

/** WB5 to WB7c, WB9, WB10, WB13 to WB13b: letters and numbers, or katakana, held together by connectors such as `_`. */
const word = either(
  sequence(katakana, repeat(connectors, katakana)),
  oneOrMore(
    either(
      sequence(hebrewLetter, either(singleQuote, sequence(doubleQuote, hebrewLetter))),
      number,
      sequence(letter, repeat(either(connectors, midLetter), letter)),
    ),
  ),
);

const joiner = one(C.ZeroWidthJoiner);
/** A picture, in whatever presentation; skin tones are among what extends it. */
const picture = either(
  sequence(repeat(joiner), extendedEmoji(C.Emoji, C.ALetterEmoji), optional(one(C.EmojiPresentation))),
  extendedEmoji(C.EmojiModifier),
);
const emoji = either(
  // Families and professions, joined; or flags of regions, spelt in tags.
  sequence(picture, either(repeat(joiner, picture), sequence(oneOrMore(one(C.Tag)), one(C.CancelTag)))),
  // Keycaps.
  sequence(extendedEmoji(C.Digit, C.KeycapSymbol), optional(one(C.EmojiPresentation)), extendedEmoji(C.Keycap)),
  // Flags of countries.
  sequence(extended(C.RegionalIndicator), extended(C.RegionalIndicator)),
);

const RULES: Record<(typeof TOKEN_TYPES)[number], Pattern> = {
  EMOJI: emoji,
  NUM: sequence(connectors, number, connectors),
  HANGUL: oneOrMore(hangul),
  KATAKANA: oneOrMore(katakana),
  ALPHANUM: sequence(connectors, word, repeat(oneOrMore(extended(C.ExtendNumLet)), word), connectors),
  SOUTHEAST_ASIAN: oneOrMore(extended(C.ComplexContext, C.ComplexContextExtend)),
  IDEOGRAPHIC: extended(C.Han),
  HIRAGANA: extended(C.Hiragana),
};

/** Finds the longest token from a place; its rule `i` is `TOKEN_TYPES[i]`. */
export const WORD_BREAK_AUTOMATON = compile(TOKEN_TYPES.map((type) => RULES[type]));
