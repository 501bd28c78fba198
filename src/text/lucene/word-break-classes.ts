/**
 * The class of every character that the word-break rules tell apart: Unicode 12.1's Word_Break property, refined by the
 * scripts, line-break and emoji properties that the rules also ask for.
 */
import { WORD_BREAK_RUNS } from './word-break-table';

/** The classes, by the numbers of word-break-table.ts. No two overlap: `Digit` is Numeric and the base of a keycap, and so on. */
export const CharacterClass = {
  Other: 0,
  DoubleQuote: 1,
  /** `#` and `*`: a keycap's base that is no digit. */
  KeycapSymbol: 2,
  SingleQuote: 3,
  MidNum: 4,
  MidNumLet: 5,
  /** ASCII digits: Numeric, and the base of a keycap. */
  Digit: 6,
  MidLetter: 7,
  ALetter: 8,
  ExtendNumLet: 9,
  Emoji: 10,
  /** Extend and Format. */
  Extend: 11,
  HebrewLetter: 12,
  /** Other Numeric, and full-width digits. */
  Numeric: 13,
  /** Thai, Lao, Khmer, Myanmar …: Line_Break Complex_Context. */
  ComplexContext: 14,
  /** Complex_Context that is Extend, too: vowel signs. */
  ComplexContextExtend: 15,
  /** Hangul that is ALetter. */
  Hangul: 16,
  ZeroWidthJoiner: 17,
  /** U+20E3, which is Extend. */
  Keycap: 18,
  /** Letters that are emoji, too: Ⓜ, ℹ. */
  ALetterEmoji: 19,
  Han: 20,
  Katakana: 21,
  Hiragana: 22,
  /** U+FE0E, which is Extend. */
  TextPresentation: 23,
  /** U+FE0F, which is Extend. */
  EmojiPresentation: 24,
  RegionalIndicator: 25,
  /** Skin tones, which are Extend. */
  EmojiModifier: 26,
  /** U+E0020 to U+E007E, which are Extend. */
  Tag: 27,
  /** U+E007F, which is Extend. */
  CancelTag: 28,
} as const;

/** The class of each code point, `[0x110000]`. */
export const CLASS_OF: Uint8Array = unpack(WORD_BREAK_RUNS);

/** Runs are `class length`, both in base 36, the class one digit. */
function unpack(runs: string): Uint8Array {
  const classes = new Uint8Array(0x110000);
  let at = 0;
  for (const run of runs.trim().split(/\s+/)) {
    const end = at + parseInt(run.slice(1), 36);
    classes.fill(parseInt(run[0]!, 36), at, end);
    at = end;
  }
  return classes;
}
