import { REL, defineMeasure } from '../measure';
import { countRelevant, isRelevant, share } from '../relevance';

/**
 * For each relevant document retrieved, 1 − min(n, R) / min(R, N) over R: n judged non-relevant documents stand above it, R
 * are relevant and N judged non-relevant in all (trec_eval `bpref`, without the paper's 10 extra). Negative grades are no judgements here.
 */
export const bpref = defineMeasure({
  name: 'Bpref',
  aliases: { BPref: {} },
  meaning: 'How seldom a judged non-relevant document stands above a relevant one; unjudged ones are passed over.',
  citation: 'Buckley & Voorhees, “Retrieval evaluation with incomplete information”, SIGIR 2004',
  parameters: { rel: REL },
  aggregate: 'mean',
  compute({ grades, judgements }, { rel }) {
    const relevant = countRelevant(judgements, rel);
    const nonRelevant = judgements.filter((grade) => grade >= 0 && grade < rel).length;
    let above = 0;
    let sum = 0;
    for (const grade of grades) {
      if (grade === undefined || grade < 0) continue;
      if (!isRelevant(grade, rel)) above++;
      else sum += above === 0 ? 1 : 1 - Math.min(above, relevant) / Math.min(relevant, nonRelevant);
    }
    return share(sum, relevant);
  },
});
