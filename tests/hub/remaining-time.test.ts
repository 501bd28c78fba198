import { expect, test } from 'vitest';
import { remainingTime } from '../../src/hub/remaining-time';

test('is told by the pace of the last seconds, not by what was there before', () => {
  let now = 0;
  const left = remainingTime(400, () => now);
  now = 500;
  expect(left(450, 1000)).toBeUndefined();
  now = 2000;
  expect(left(600, 1000)).toBe(4000);
  // It gets ten times slower: soon that is the pace.
  for (let i = 1; i <= 12; i++) {
    now += 1000;
    left(600 + 10 * i, 1000);
  }
  expect(left(720, 1000)).toBeCloseTo(28_000, -3);
});

test('is unknown while nothing comes', () => {
  let now = 0;
  const left = remainingTime(0, () => now);
  now = 20_000;
  expect(left(0, 1000)).toBeUndefined();
});
