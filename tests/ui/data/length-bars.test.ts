import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthPicture } from '../../../src/ui/data/health/length-bars';

test('what fits beside the query, and what is cut', () => {
  const { room, cut, median, bars } = lengthPicture({ documents: [1, 10, 20, 21, 90], query: 9, special: 3 }, 32);
  expect([room, cut, median]).toEqual([20, 2, 20]);
  expect(bars.slice(0, 2)).toEqual([
    { from: 0, to: 3, count: 1, cut: false },
    { from: 3, to: 6, count: 0, cut: false },
  ]);
  expect(bars.filter((bar) => bar.cut)[0]).toEqual({ from: 21, to: 24, count: 1, cut: true });
  expect(bars.at(-1)).toEqual({ from: 42, to: 91, count: 1, cut: true });
});

test('every document stands in one bar, on its side of the limit', () => {
  const lengths = fc.array(fc.nat(3000)).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(lengths, fc.nat(40), fc.integer({ min: 8, max: 600 }), (documents, query, maxLength) => {
      const { bars, cut } = lengthPicture({ documents, query, special: 3 }, maxLength);
      const sum = (some: typeof bars) => some.reduce((total, bar) => total + bar.count, 0);
      expect(sum(bars)).toBe(documents.length);
      expect(sum(bars.filter((bar) => bar.cut))).toBe(cut);
      for (const [i, bar] of bars.entries()) expect(bar.from).toBe(i === 0 ? 0 : bars[i - 1]!.to);
    }),
  );
});
