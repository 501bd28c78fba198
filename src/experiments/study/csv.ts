import type { StudyTable } from './table';
import { rowHeads } from './words';

/** A field as RFC 4180 quotes it. */
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '' : String(value));

/**
 * The table as CSV (RFC 4180), a line a row and for each test set five columns: our value, the published one, the difference from the
 * baseline, its p, and p corrected by Holm. All digits are kept; what is not known is empty.
 */
export function studyToCsv({ columns, rows }: StudyTable): string {
  const head = ['model', 'learnt from'];
  for (const { name, measure } of columns) {
    head.push(`${name} ${measure}`, `${name} published`, `${name} difference`, `${name} p`, `${name} p (Holm)`);
  }
  const lines = rows.map((row) => [
    ...rowHeads(row),
    ...row.cells.flatMap(({ ours, published }) => {
      const { difference, p, corrected } = ours?.compared ?? {};
      return [ours?.value, published, difference, p, corrected].map(number);
    }),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}
