import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowsOf } from '../../../src/teachers/list-wise/windows';

describe('the sliding window', () => {
  it("is RankGPT's for 100 passages: nine windows of 20, from the end to the front", () => {
    expect(windowsOf(100)).toEqual([
      [80, 100],
      [70, 90],
      [60, 80],
      [50, 70],
      [40, 60],
      [30, 50],
      [20, 40],
      [10, 30],
      [0, 20],
    ]);
  });

  it('is one for the lists of the study, and for shorter ones', () => {
    expect(windowsOf(20)).toEqual([[0, 20]]);
    expect(windowsOf(7)).toEqual([[0, 7]]);
    expect(windowsOf(1)).toEqual([]);
    expect(windowsOf(0)).toEqual([]);
  });

  it('reaches the front where the list is no multiple of the step, as in RankLLM', () => {
    expect(windowsOf(25)).toEqual([
      [5, 25],
      [0, 15],
    ]);
  });

  it('shows every passage, overlaps by size − step, and moves the best passage of all to the front', () => {
    const shapes = fc.tuple(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 29 })).filter(([n, s]) => s < n);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 150 }), shapes, fc.nat(), (length, [size, step], seed) => {
        const windows = windowsOf(length, { size, step });
        expect(windows[0]![1]).toBe(length);
        expect(windows.at(-1)![0]).toBe(0);
        for (const [i, [from, to]] of windows.entries()) {
          expect(to - from).toBeGreaterThan(1);
          expect(to - from).toBeLessThanOrEqual(size);
          if (i > 0) expect(windows[i - 1]![1] - to).toBe(step);
        }
        // A judge who is right within a window carries the best along.
        const best = seed % length;
        let order = Array.from({ length }, (_, i) => i);
        for (const [from, to] of windows) {
          const sorted = order.slice(from, to).sort((a, b) => Number(b === best) - Number(a === best));
          order = order.toSpliced(from, to - from, ...sorted);
        }
        expect(order[0]).toBe(best);
      }),
    );
  });
});
