/**
 * Lucene's StandardTokenizer: words, numbers, ideographs and emoji of a text, by the rules of UAX #29. One difference is
 * wanted: Lucene 9.12 loses the last tokens of a text that ends in half a surrogate pair, here they stay.
 */
import { START } from './automaton';
import { CLASS_OF } from './word-break-classes';
import { TOKEN_TYPES, WORD_BREAK_AUTOMATON } from './word-break-rules';

/** The longest token, in UTF-16 units (Lucene's StandardAnalyzer.DEFAULT_MAX_TOKEN_LENGTH); what is longer is cut there. */
export const MAX_TOKEN_LENGTH = 255;

export type TokenType = (typeof TOKEN_TYPES)[number];

export interface Token {
  text: string;
  type: TokenType;
}

/**
 * Calls `visit` with each token's place in the text, in UTF-16 units, and the number of its type (`TOKEN_TYPES[type]`).
 * A callback, because it runs for every word of a collection and must not allocate.
 */
export function eachToken(text: string, visit: (start: number, end: number, type: number) => void): void {
  const { next, accepts } = WORD_BREAK_AUTOMATON;
  const length = text.length;
  let start = 0;
  while (start < length) {
    let window = Math.min(length, start + MAX_TOKEN_LENGTH);
    // Lucene's buffer never ends inside a pair of surrogates.
    if (window < length && isHighSurrogate(text.charCodeAt(window - 1))) window--;
    let state = START;
    let at = start;
    let end = start;
    let rule = 0;
    while (at < window) {
      let character = text.charCodeAt(at++);
      if (isHighSurrogate(character) && at < window) {
        const low = text.charCodeAt(at);
        if ((low & 0xfc00) === 0xdc00) {
          character = ((character - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
          at++;
        }
      }
      state = next[(state << 5) | CLASS_OF[character]!]!;
      if (state === 0) break;
      const accepted = accepts[state]!;
      if (accepted !== 0) {
        end = at;
        rule = accepted;
      }
    }
    if (rule !== 0) {
      visit(start, end, rule - 1);
      start = end;
    } else start += text.codePointAt(start)! > 0xffff ? 2 : 1;
  }
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** The tokens of a text, in order. */
export function standardTokens(text: string): Token[] {
  const tokens: Token[] = [];
  eachToken(text, (start, end, type) => tokens.push({ text: text.slice(start, end), type: TOKEN_TYPES[type]! }));
  return tokens;
}
