import { CUTOFF, defineMeasure } from '../measure';
import type { JudgedRanking } from '../judged-ranking';
import { share } from '../relevance';

/** Judged documents among the first k, over k or what was retrieved if that is less (ir_measures `Judged`). */
function judgedShare({ grades }: JudgedRanking, cutoff = grades.length): number {
  const first = grades.slice(0, cutoff);
  return share(first.filter((grade) => grade !== undefined).length, first.length);
}

export const judged = defineMeasure({
  name: 'Judged',
  meaning: 'Share of the first k documents that have a judgement.',
  citation: 'ir_measures, measures/judged.py',
  parameters: { cutoff: CUTOFF },
  aggregate: 'mean',
  compute: (ranking, { cutoff }) => judgedShare(ranking, cutoff),
});

/** 1 − Judged: how much of a result the assessors never saw, and the other measures take for not relevant. */
export const unjudged = defineMeasure({
  name: 'UNJ',
  meaning: 'Share of the first k documents that have no judgement.',
  citation: 'ir_measures, measures/judged.py (one minus it)',
  parameters: { cutoff: CUTOFF },
  aggregate: 'mean',
  lowerIsBetter: true,
  compute: (ranking, { cutoff }) => (ranking.grades.length === 0 ? 0 : 1 - judgedShare(ranking, cutoff)),
});
