import { englishTerm } from './english-analyzer';
import { eachToken } from './standard-tokenizer';

/** A stretch of a text, in UTF-16 units. */
export interface TextRange {
  start: number;
  end: number;
}

/** Where a text has a word that becomes one of these terms: `ovens` and `Oven's` for `oven`. In the order of the text. */
export function termRanges(text: string, terms: { has(term: string): boolean }): TextRange[] {
  const ranges: TextRange[] = [];
  eachToken(text, (start, end) => {
    const term = englishTerm(text.slice(start, end));
    if (term !== undefined && terms.has(term)) ranges.push({ start, end });
  });
  return ranges;
}
