/** What the study's table says in words and numbers, the same in every format. */
import { significanceMark } from '../../evaluation/significance-mark';
import type { Ours, StudyRow, StudyTable } from './table';

export const four = (value: number | undefined) => (value === undefined ? '' : value.toFixed(4));

/** The model and what it learnt from, for two columns of headings. */
export const rowHeads = ({ model, objectives }: StudyRow): [string, string] =>
  model ? [model.label, objectives] : ['First stage', ''];

/** The second heading of a row's published values. */
export const publishedHead = ({ model, objectives }: StudyRow) =>
  model ? `${objectives}, published` : 'BM25, published';

/** By the corrected p: `*`, `**` for better than the baseline, `†`, `††` for worse, or nothing. */
export function markOf(ours: Ours | undefined): string {
  const { difference = 0, corrected } = ours?.compared ?? {};
  const mark = significanceMark(corrected);
  return difference < 0 ? mark.replaceAll('*', '†') : mark;
}

export const hasPublished = ({ cells }: StudyRow) => cells.some(({ published }) => published !== undefined);

/** How to read it. */
export function legend({ baseline, columns }: StudyTable): string {
  const other = columns.filter(({ measure }) => measure !== columns[0]!.measure);
  const except = other.map(({ label, measure }) => `; ${measure} on ${label}`).join('');
  const against = baseline === 'first stage' ? 'the first stage' : `the same model after ${baseline}`;
  return (
    `${columns[0]!.measure}${except}. Each system re-ranks the first stage's first documents. * better, † worse than ${against} with p < .05, ` +
    'doubled p < .01: two-sided paired t-test over the queries, corrected for the comparisons of a column (Holm).'
  );
}
