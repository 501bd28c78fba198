import { expect, test } from 'vitest';
import { queryRows, tally, type Compared } from '../../../src/ui/results/per-query';

const compared = (id: string, values: Record<string, number>): Compared => ({
  run: { id } as Compared['run'],
  result: { mean: {}, perQuery: Object.fromEntries(Object.entries(values).map(([query, AP]) => [query, { AP }])) },
});
const rows = [compared('base', { q1: 0.5, q2: 0.5, q3: 0.5 }), compared('new', { q1: 0.7, q2: 0.5, q4: 1 })];

test('differences from the baseline, where both have a value', () => {
  const table = queryRows(rows, 'AP', 'base');
  expect(table.map((row) => row.query)).toEqual(['q1', 'q2', 'q3', 'q4']);
  expect(table[0]!.differences['new']).toBeCloseTo(0.2);
  expect(table[2]!.differences['new']).toBeNaN();
  expect(tally(table, 'new')).toEqual({ better: 1, same: 1, worse: 0 });
});
