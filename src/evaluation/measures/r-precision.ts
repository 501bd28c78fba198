import { JUDGED_ONLY, REL, defineMeasure } from '../measure';
import { countRelevant, countRetrieved, share } from '../relevance';

/** Precision at R, the number of relevant documents (trec_eval `Rprec`). */
export const rPrecision = defineMeasure({
  name: 'Rprec',
  aliases: { RPrec: {} },
  meaning: 'Precision at the rank that equals the number of relevant documents.',
  citation: 'Buckley & Voorhees, “Retrieval system evaluation”, in: TREC, MIT Press, 2005',
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  aggregate: 'mean',
  compute(ranking, { rel }) {
    const relevant = countRelevant(ranking.judgements, rel);
    return share(countRetrieved(ranking, rel, relevant), relevant);
  },
});
