import { expect, test } from 'vitest';
import { sorted, type Column } from '../../../src/ui/components/table';

interface Row {
  name: string;
  size: number;
}
const columns: Column<Row>[] = [
  { id: 'name', label: 'Name', value: (row) => row.name },
  { id: 'size', label: 'Size', numeric: true, value: (row) => row.size },
  { id: 'plain', label: 'Plain' },
];
const rows: Row[] = [
  { name: 'q10', size: 2 },
  { name: 'q2', size: NaN },
  { name: 'q1', size: 7 },
];
const names = (by: string, descending: boolean) => sorted(rows, columns, { by, descending }).map((row) => row.name);

test('text sorts with its numbers in order', () => expect(names('name', false)).toEqual(['q1', 'q2', 'q10']));
test('missing numbers come last in both directions', () => {
  expect(names('size', true)).toEqual(['q1', 'q10', 'q2']);
  expect(names('size', false)).toEqual(['q10', 'q1', 'q2']);
});
test('a column without a value leaves the order', () => expect(names('plain', true)).toEqual(['q10', 'q2', 'q1']));
