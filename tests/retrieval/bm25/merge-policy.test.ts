import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHEN_WHOLE, WHILE_BUILDING, mergedTail } from '../../../src/retrieval/bm25/merge-policy';

/** Adds segments one by one, and merges as the policy says; also counts what was written again. */
function grown(added: readonly number[], share: number, mostBytes?: number) {
  let sizes: number[] = [];
  let rewritten = 0;
  for (const size of added) {
    sizes.push(size);
    const start = mergedTail(sizes, share, mostBytes);
    if (start === sizes.length) continue;
    const merged = sizes.slice(start).reduce((sum, each) => sum + each);
    rewritten += merged;
    sizes = [...sizes.slice(0, start), merged];
  }
  return { sizes, rewritten };
}

describe('while an index is built', () => {
  it('merges nine segments of a size', () => {
    expect(grown([7, 7, 7, 7, 7, 7, 7, 7], WHILE_BUILDING).sizes).toHaveLength(8);
    expect(grown([7, 7, 7, 7, 7, 7, 7, 7, 7], WHILE_BUILDING).sizes).toEqual([63]);
  });

  it('writes each posting again at most once a power of nine', () => {
    const { sizes, rewritten } = grown(new Array<number>(729).fill(1), WHILE_BUILDING);
    expect(sizes).toEqual([729]);
    expect(rewritten).toBeLessThanOrEqual(3 * 729);
  });
});

describe('when it is whole', () => {
  it('leaves what is large alone while little is added', () => {
    expect(mergedTail([1000, 1], WHEN_WHOLE)).toBe(2);
    expect(mergedTail([1000, 1, 1], WHEN_WHOLE)).toBe(1);
    expect(mergedTail([1000, 3, 1], WHEN_WHOLE)).toBe(3);
    expect(mergedTail([7, 7, 7, 7, 7, 7], WHEN_WHOLE)).toBe(0);
    expect(mergedTail([7], WHEN_WHOLE)).toBe(1);
    expect(mergedTail([], WHEN_WHOLE)).toBe(0);
  });

  it('keeps few segments, however it grew', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 300 }), (added) => {
        const { sizes } = grown(added, WHEN_WHOLE);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(added.reduce((sum, size) => sum + size, 0));
        // Each is more than twice of all after it.
        expect(sizes.length).toBeLessThanOrEqual(1 + Math.log(300_000) / Math.log(3));
      }),
    );
  });
});

it('merges nothing that would not fit in memory', () => {
  const { sizes } = grown(new Array<number>(100).fill(10), WHEN_WHOLE, 95);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(95);
  expect(sizes.length).toBeLessThan(20);
});
