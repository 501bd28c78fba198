/**
 * Lucene's English analysis, as Anserini's DefaultEnglishAnalyzer has it: what BM25 indexes and searches for.
 *
 *   text ──StandardTokenizer──▶ token ──possessive──lower case──stop words──Porter──▶ term
 */
import { lowerCase, withoutPossessive } from './filters';
import { porterStem } from './porter-stemmer';
import { eachToken } from './standard-tokenizer';
import { ENGLISH_STOP_WORDS } from './stop-words';

/** The term of a token; undefined for a stop word. */
export function englishTerm(token: string): string | undefined {
  const word = lowerCase(withoutPossessive(token));
  return ENGLISH_STOP_WORDS.has(word) ? undefined : porterStem(word);
}

/** The terms of a text, in order, repeated ones too. */
export function englishTerms(text: string): string[] {
  const terms: string[] = [];
  eachToken(text, (start, end) => {
    const term = englishTerm(text.slice(start, end));
    if (term !== undefined) terms.push(term);
  });
  return terms;
}
