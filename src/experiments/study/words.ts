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

/** `**`, `*` or nothing, by the corrected p. */
export const markOf = (ours: Ours | undefined) => significanceMark(ours?.compared?.corrected);

export const hasPublished = ({ cells }: StudyRow) => cells.some(({ published }) => published !== undefined);

/** How to read it. */
export function legend({ baseline, columns }: StudyTable): string {
  const other = columns.filter(({ measure }) => measure !== columns[0]!.measure);
  const except = other.map(({ label, measure }) => `; ${measure} on ${label}`).join('');
  const against = baseline === 'first stage' ? 'the first stage' : `the same model after ${baseline}`;
  return (
    `${columns[0]!.measure}${except}. Each system re-ranks the first stage's first documents. * p < .05, ** p < .01 against ${against}: ` +
    'two-sided paired t-test over the queries, corrected for the comparisons of a column (Holm).'
  );
}
