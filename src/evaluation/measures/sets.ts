import { JUDGED_ONLY, REL, defineMeasure } from '../measure';
import { countRelevant, countRetrieved, share } from '../relevance';

const CITATION = 'van Rijsbergen, “Information Retrieval”, 2nd edition, Butterworths, 1979';

/** Relevant documents retrieved, over all retrieved (trec_eval `set_P`). */
export const setPrecision = defineMeasure({
  name: 'SetP',
  meaning: 'Share of all retrieved documents that are relevant.',
  citation: CITATION,
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  aggregate: 'mean',
  compute: (ranking, { rel }) => share(countRetrieved(ranking, rel), ranking.grades.length),
});

/** Relevant documents retrieved, over all relevant (trec_eval `set_recall`). */
export const setRecall = defineMeasure({
  name: 'SetR',
  meaning: 'Share of the relevant documents that were retrieved at all.',
  citation: CITATION,
  parameters: { rel: REL },
  aggregate: 'mean',
  compute: (ranking, { rel }) => share(countRetrieved(ranking, rel), countRelevant(ranking.judgements, rel)),
});
