import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planGroups } from '../../src/training/plan';

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('planGroups', () => {
  const lists = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), { minLength: 1 });

  it('covers every sequence once, in order, in pieces that fit unless they are one sequence', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 400 }), (lists, budget) => {
        const groups = planGroups(lists, (tokens) => tokens <= budget);
        const lengths = lists.flat();
        const pieces = groups.flatMap((group) => group.pieces);
        expect(pieces[0]![0]).toBe(0);
        expect(pieces.at(-1)![1]).toBe(lengths.length);
        pieces.slice(1).forEach(([from], i) => expect(from).toBe(pieces[i]![1]));
        for (const [from, to] of pieces) {
          if (to - from > 1) expect(sum(lengths.slice(from, to))).toBeLessThanOrEqual(budget);
        }
        expect(groups.flatMap(({ lists: [from, to] }) => lists.slice(from, to))).toEqual(lists);
        for (const {
          lists: [from, to],
          pieces,
        } of groups) {
          expect(pieces.at(-1)![1] - pieces[0]![0]).toBe(sum(lists.slice(from, to).map((list) => list.length)));
          // Only a list that does not fit alone costs two passes.
          if (pieces.length > 1) {
            expect(to - from).toBe(1);
            expect(sum(lists[from]!)).toBeGreaterThan(budget);
          }
        }
      }),
    );
  });

  it('takes as few passes as it can', () => {
    expect(planGroups([[4, 4], [4, 4], [4]], (tokens) => tokens <= 16)).toEqual([
      { lists: [0, 2], pieces: [[0, 4]] },
      { lists: [2, 3], pieces: [[4, 5]] },
    ]);
    expect(planGroups([[4], [9, 9, 9], [4]], (tokens) => tokens <= 18)).toEqual([
      { lists: [0, 1], pieces: [[0, 1]] },
      {
        lists: [1, 2],
        pieces: [
          [1, 3],
          [3, 4],
        ],
      },
      { lists: [2, 3], pieces: [[4, 5]] },
    ]);
  });
});
