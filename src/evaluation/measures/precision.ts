import { JUDGED_ONLY, REL, REQUIRED_CUTOFF, defineMeasure } from '../measure';
import { countRetrieved } from '../relevance';

/** Relevant documents among the first k, over k even where fewer were retrieved (trec_eval `P`). */
export const precision = defineMeasure({
  name: 'P',
  aliases: { Precision: {} },
  meaning: 'Share of the first k documents that are relevant.',
  citation: 'van Rijsbergen, “Information Retrieval”, 2nd edition, Butterworths, 1979',
  parameters: { rel: REL, judged_only: JUDGED_ONLY, cutoff: REQUIRED_CUTOFF },
  aggregate: 'mean',
  compute: (ranking, { rel, cutoff }) => countRetrieved(ranking, rel, cutoff) / cutoff,
});
