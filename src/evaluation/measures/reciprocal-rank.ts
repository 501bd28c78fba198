import { CUTOFF, JUDGED_ONLY, REL, defineMeasure } from '../measure';
import { isRelevant } from '../relevance';

/** 1 / rank of the first relevant document (trec_eval `recip_rank`, which has no cutoff; MS MARCO's has one of 10). */
export const reciprocalRank = defineMeasure({
  name: 'RR',
  aliases: { MRR: {} },
  meaning: 'One over the rank of the first relevant document; 0 if there is none.',
  citation: 'Kantor & Voorhees, “The TREC-5 confusion track”, Information Retrieval 2(2/3), 2000',
  parameters: { rel: REL, judged_only: JUDGED_ONLY, cutoff: CUTOFF },
  aggregate: 'mean',
  compute({ grades }, { rel, cutoff = Infinity }) {
    const first = grades.findIndex((grade) => isRelevant(grade, rel));
    return first === -1 || first >= cutoff ? 0 : 1 / (first + 1);
  },
});
