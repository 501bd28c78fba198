import { CUTOFF, defineMeasure } from '../measure';
import type { JudgedRanking } from '../judged-ranking';
import { share } from '../relevance';

/** Of the first k documents, or what was retrieved if that is less, the share of those (not) judged. */
function shareOf({ grades }: JudgedRanking, cutoff: number | undefined, isJudged: boolean): number {
  const first = grades.slice(0, cutoff);
  return share(first.filter((grade) => (grade !== undefined) === isJudged).length, first.length);
}

/** As ir_measures has it, with negative grades as judgements. */
export const judged = defineMeasure({
  name: 'Judged',
  meaning: 'Share of the first k documents that have a judgement.',
  citation: 'ir_measures, measures/judged.py',
  parameters: { cutoff: CUTOFF },
  aggregate: 'mean',
  compute: (ranking, { cutoff }) => shareOf(ranking, cutoff, true),
});

/** How much of a result the assessors never saw, and the other measures take for not relevant (trec_eval 10 `unj`). */
export const unjudged = defineMeasure({
  name: 'UNJ',
  meaning: 'Share of the first k documents that have no judgement.',
  citation: 'trec_eval 10',
  parameters: { cutoff: CUTOFF },
  aggregate: 'mean',
  lowerIsBetter: true,
  compute: (ranking, { cutoff }) => shareOf(ranking, cutoff, false),
});
