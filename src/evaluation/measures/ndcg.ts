import { CUTOFF, type Gains, JUDGED_ONLY, defineMeasure } from '../measure';
import { share } from '../relevance';

/**
 * Discounted gain of a ranking over that of the ideal one: Σ gain(grade_i) / log2(i + 1), ranks from 1 (trec_eval `ndcg`,
 * `ndcg_cut`). Negative grades have no gain. `exp-log2` takes 2^grade − 1 as gain (Burges et al., ICML 2005).
 */
export const ndcg = defineMeasure({
  name: 'nDCG',
  aliases: { NDCG: {} },
  meaning: 'Gain of the grades, discounted by the logarithm of the rank, as a share of the best possible ranking.',
  citation: 'Järvelin & Kekäläinen, “Cumulated gain-based evaluation of IR techniques”, TOIS 20(4), 2002',
  parameters: {
    dcg: {
      type: 'choice',
      choices: ['log2', 'exp-log2'],
      default: 'log2',
      meaning: 'gain of a grade: the grade, or 2^grade − 1',
    },
    gains: { type: 'gains', meaning: 'gain of each grade, as {grade:gain,…}' },
    judged_only: JUDGED_ONLY,
    cutoff: CUTOFF,
  },
  aggregate: 'mean',
  compute({ grades, judgements }, { dcg, gains, cutoff = Infinity }) {
    const gain = dcg === 'exp-log2' ? exponentialGain : linearGain;
    const found = grades.slice(0, cutoff).map((grade) => (grade === undefined ? 0 : gain(mapped(grade, gains))));
    const ideal = judgements.map((grade) => gain(mapped(grade, gains))).sort((a, b) => b - a);
    return share(discounted(found), discounted(ideal.slice(0, cutoff)));
  },
});

const mapped = (grade: number, gains: Gains | undefined) => gains?.[grade] ?? grade;
const linearGain = (grade: number) => Math.max(0, grade);
const exponentialGain = (grade: number) => Math.max(0, 2 ** grade - 1);

function discounted(gains: readonly number[]): number {
  let sum = 0;
  for (const [i, gain] of gains.entries()) sum += gain / Math.log2(i + 2);
  return sum;
}
