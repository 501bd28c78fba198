import { expect, test } from 'vitest';
import { ago, duration, timeLeft } from '../../../src/ui/words/times';

test.each([
  [300, 'less than a second'],
  [42_000, '42 s'],
  [100_000, '2 min'],
  [60 * 60_000, '60 min'],
  [80 * 60_000, '80 min'],
  [200 * 60_000, '3 h 20 min'],
  [180 * 60_000, '3 h'],
])('%d ms are %s', (ms, words) => expect(duration(ms)).toBe(words));

test('time left', () => {
  expect(timeLeft(240_000)).toBe('about 4 min left');
  expect(timeLeft(900)).toBe('almost done');
  expect(timeLeft(NaN)).toBe('working out the time left');
});

test('moments', () => {
  const now = Date.UTC(2026, 2, 14, 12);
  const before = (ms: number) => ago(now - ms, now);
  expect([5e3, 300e3, 3 * 3600e3, 30 * 3600e3].map(before)).toEqual(['just now', '5 min ago', '3 h ago', 'yesterday']);
  expect(before(10 * 86_400e3)).toBe('Mar 4, 2026');
});
