import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/teachers/list-wise/permutation';

const written = (places: number[]) => places.map((place) => `[${place + 1}]`).join(' > ');
const places = (size: number) => Array.from({ length: size }, (_, i) => i);

describe('an answer', () => {
  it('that is a permutation is taken as it is, whatever stands between the numbers', () => {
    const sizes = fc
      .integer({ min: 1, max: 20 })
      .chain((size) => fc.shuffledSubarray(places(size), { minLength: size }));
    const between = fc.constantFrom(' > ', '>', ', ', '\n', ' | ');
    fc.assert(
      fc.property(sizes, between, fc.constantFrom('', '[Start] ', 'Sure: '), (order, sign, before) => {
        const text = `${before}${order.map((place) => `[${place + 1}]`).join(sign)} [End]`;
        expect(readAnswer(text, order.length)).toEqual({ order, named: order.length, mended: false });
      }),
    );
  });

  it('of any text is an order of all passages: named ones first, in the order they are first named, then the rest', () => {
    const pieces = fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.string(), fc.constantFrom('[', ']', ' > '));
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (parts, size) => {
        const text = parts.join(' ');
        const { order, named, mended } = readAnswer(text, size);
        expect(order.toSorted((a, b) => a - b)).toEqual(places(size));
        const numbers = [...text.matchAll(/[0-9]+/g)].map(([digits]) => Number(digits) - 1);
        const valid = numbers.filter((place) => place >= 0 && place < size);
        expect(order.slice(0, named)).toEqual([...new Set(valid)]);
        const rest = order.slice(named);
        expect(rest).toEqual(rest.toSorted((a, b) => a - b));
        expect(mended).toBe(numbers.length !== size || named !== size);
      }),
    );
  });

  it.each([
    ['[3] > [1]', [2, 0, 1, 3], 2, true],
    ['[2] > [2] > [4] > [1] > [3]', [1, 3, 0, 2], 4, true],
    ['[4] > [9] > [0] > [3] > [2] > [1]', [3, 2, 1, 0], 4, true],
    ['I am sorry, I cannot rank passages.', [0, 1, 2, 3], 0, true],
    ['', [0, 1, 2, 3], 0, true],
  ])('%s', (text, order, named, mended) => {
    expect(readAnswer(text, 4)).toEqual({ order, named, mended });
  });

  it('of a model that thinks aloud is what it says after that', () => {
    expect(readAnswer(`<think>[1] is off topic, 4 fits best</think>\n${written([3, 1, 2, 0])}`, 4)).toEqual({
      order: [3, 1, 2, 0],
      named: 4,
      mended: false,
    });
    expect(readAnswer('<think>first [4], then 2, and', 4).named).toBe(0);
  });
});
