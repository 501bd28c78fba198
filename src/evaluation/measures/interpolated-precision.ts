import { JUDGED_ONLY, REL, defineMeasure } from '../measure';
import { countRelevant, isRelevant } from '../relevance';

/**
 * The best precision at any rank from the one on that reaches the recall (trec_eval `iprec_at_recall`). So much of the
 * relevant documents is rounded to a count as trec_eval 10 does; version 9, and ir_measures with it, adds 0.9 and cuts off.
 */
export const interpolatedPrecision = defineMeasure({
  name: 'IPrec',
  meaning: 'Best precision that is had at this recall or beyond: a point of the recall-precision curve.',
  citation: 'van Rijsbergen, “Information Retrieval”, 2nd edition, Butterworths, 1979',
  parameters: {
    rel: REL,
    judged_only: JUDGED_ONLY,
    recall: { type: 'share', required: true, meaning: 'recall to be reached, 0 to 1' },
  },
  at: 'recall',
  aggregate: 'mean',
  compute({ grades, judgements }, { rel, recall }) {
    const wanted = Math.round(recall * countRelevant(judgements, rel));
    let relevant = 0;
    let best = 0;
    for (const [i, grade] of grades.entries()) {
      if (isRelevant(grade, rel)) relevant++;
      if (relevant >= wanted) best = Math.max(best, relevant / (i + 1));
    }
    return best;
  },
});
