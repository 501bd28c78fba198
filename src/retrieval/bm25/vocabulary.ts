import { englishTerm } from '../../text/lucene/english-analyzer';
import { TermTable } from './term-table';
import { WordNumbers } from './word-numbers';

/** The number of a word that is no term. */
export const STOP_WORD = -1;

/** What is remembered of words and terms from document to document, and from segment to segment. */
export class Vocabulary {
  readonly terms = new TermTable();
  private readonly words = new WordNumbers((word) => {
    const term = englishTerm(word);
    return term === undefined ? STOP_WORD : this.terms.add(term);
  });

  /** The number of the term that the word at `text[start, end)` becomes, or `STOP_WORD`. */
  termOf(text: string, start: number, end: number): number {
    return this.words.get(text, start, end);
  }
}
