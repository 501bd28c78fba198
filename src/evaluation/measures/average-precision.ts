import { CUTOFF, JUDGED_ONLY, REL, defineMeasure } from '../measure';
import { countRelevant, isRelevant, share } from '../relevance';

/** Σ over relevant ranks of the precision there, over all relevant documents (trec_eval `map`, `map_cut`). */
export const averagePrecision = defineMeasure({
  name: 'AP',
  aliases: { MAP: {} },
  meaning: 'Mean of the precision at each relevant document; one that is not retrieved counts 0.',
  citation: 'Harman, “Evaluation issues in information retrieval”, Information Processing & Management 28(4), 1992',
  parameters: { rel: REL, judged_only: JUDGED_ONLY, cutoff: CUTOFF },
  aggregate: 'mean',
  compute({ grades, judgements }, { rel, cutoff = grades.length }) {
    let relevant = 0;
    let precisions = 0;
    for (let i = 0; i < Math.min(cutoff, grades.length); i++) {
      if (isRelevant(grades[i], rel)) precisions += ++relevant / (i + 1);
    }
    return share(precisions, countRelevant(judgements, rel));
  },
});
