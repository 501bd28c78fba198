import { JUDGED_ONLY, REL, REQUIRED_CUTOFF, defineMeasure } from '../measure';
import { countRelevant, countRetrieved, share } from '../relevance';

/** Relevant documents among the first k, over all relevant ones (trec_eval `recall`). */
export const recall = defineMeasure({
  name: 'R',
  aliases: { Recall: {} },
  meaning: 'Share of the relevant documents that are among the first k.',
  citation: 'van Rijsbergen, “Information Retrieval”, 2nd edition, Butterworths, 1979',
  parameters: { rel: REL, judged_only: JUDGED_ONLY, cutoff: REQUIRED_CUTOFF },
  aggregate: 'mean',
  compute: (ranking, { rel, cutoff }) =>
    share(countRetrieved(ranking, rel, cutoff), countRelevant(ranking.judgements, rel)),
});
