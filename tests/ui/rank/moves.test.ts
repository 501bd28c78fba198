import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstStageRows, rerankedRows, slopes } from '../../../src/ui/rank/moves';

const ranking = ['a', 'b', 'c', 'd'].map((document, i) => ({ document, rank: i + 1, score: 9 - i }));

test('a re-ranking says how far each document moved', () => {
  const rows = rerankedRows(ranking, [0.1, 0.4, 0.4, 0.9]);
  expect(rows.map(({ document, rank, move }) => [document, rank, move])).toEqual([
    ['d', 1, -3],
    ['b', 2, 0],
    ['c', 3, 0],
    ['a', 4, 3],
  ]);
});

test('moves of a whole ranking cancel out', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 4, maxLength: 4 }), (scores) => {
      const rows = rerankedRows(ranking, scores);
      expect(rows.reduce((sum, row) => sum + row.move, 0)).toBe(0);
      expect(rows.map((row) => row.rank)).toEqual([1, 2, 3, 4]);
    }),
  );
});

test('lines are drawn where an end is shown', () => {
  const left = firstStageRows(ranking);
  const right = rerankedRows(ranking, [0.1, 0.4, 0.4, 0.9]);
  expect(slopes(left, right, 1)).toEqual([
    { document: 'a', from: 1, to: 4 },
    { document: 'd', from: 4, to: 1 },
  ]);
  expect(slopes(left, right, 4)).toHaveLength(4);
  expect(slopes(left, [], 4)).toEqual([]);
});
