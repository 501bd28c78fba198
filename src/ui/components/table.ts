/** Columns of a table, and the order of its rows. */

export interface Column<Row> {
  id: string;
  label: string;
  hint?: string;
  /** Of the whole column, in CSS units; what is left over goes to the others. */
  width?: string;
  /** Right-aligned; sorts from large to small first. */
  numeric?: boolean;
  /** What the column sorts by; without it, it does not sort. */
  value?: (row: Row) => number | string;
  /** The row's name: a row heading. */
  heading?: boolean;
  /** Left out where there is little room. */
  optional?: boolean;
  /** The label is for screen readers only: a column of buttons. */
  hidden?: boolean;
}

export interface Sorting {
  by: string;
  descending: boolean;
}

/** Rows in the order of `sorting`; equal ones, and missing numbers at the end, stay as they were. */
export function sorted<Row>(rows: Row[], columns: Column<Row>[], sorting: Sorting | undefined): Row[] {
  const value = columns.find((column) => column.id === sorting?.by)?.value;
  if (!sorting || !value) return rows;
  const sign = sorting.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (typeof x === 'string' || typeof y === 'string') {
      return sign * String(x).localeCompare(String(y), 'en', { numeric: true });
    }
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}
