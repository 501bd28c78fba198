import type { StudyTable } from './table';
import { four, hasPublished, legend, markOf, publishedHead, rowHeads } from './words';

/** A bar in a cell would end it, a star would slant it. */
const escaped = (text: string) => text.replace(/[\\|*_`<]/g, '\\$&');
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The table as Markdown (GitHub's): published values in a row of their own below ours, the largest of ours bold. */
export function studyToMarkdown(table: StudyTable): string {
  const { columns } = table;
  const head = ['model', 'learnt from', ...columns.map(({ label, measure }) => `${escaped(label)} ${measure}`)];
  const lines = [row(head), row(head.map((_, i) => (i < 2 ? '---' : '---:')))];
  for (const one of table.rows) {
    const heads = rowHeads(one).map(escaped);
    const ours = one.cells.map(({ ours }) => {
      if (!ours) return '–';
      const value = four(ours.value);
      return (ours.best ? `**${value}**` : value) + escaped(markOf(ours));
    });
    lines.push(row([...heads, ...ours]));
    if (!hasPublished(one)) continue;
    lines.push(
      row([heads[0]!, escaped(publishedHead(one)), ...one.cells.map(({ published }) => four(published) || '–')]),
    );
  }
  return [...lines, '', escaped(legend(table)), ''].join('\n');
}
