import type { TextSource } from '../../formats/records';
import { englishTerms } from '../../text/lucene/english-analyzer';
import { expandByRm3, type Rm3Options } from './rm3';
import { queryTerms, type Bm25Searcher, type QueryTerms } from './searcher';

/**
 * A query with the terms that RM3 adds to it.
 * @param documents the texts of the collection that is searched
 */
export async function expandedTerms(
  searcher: Bm25Searcher,
  documents: TextSource,
  query: string,
  options: Rm3Options,
): Promise<QueryTerms> {
  const terms = queryTerms(query);
  const found = searcher.search(terms, options.feedbackDocuments);
  const texts = await documents.texts(found.map(({ document }) => document));
  const feedback = found.map(({ score }, i) => ({ terms: englishTerms(texts[i]!), score }));
  const { index } = searcher;
  const documentFrequency = (term: string) => index.find(term).documentFrequency;
  return expandByRm3(terms, feedback, { documents: index.documentsWithTerms, documentFrequency }, options);
}
