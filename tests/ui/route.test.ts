import { expect, test } from 'vitest';
import { address, parseRoute } from '../../src/ui/route';

test('an address leads back to its page, whatever the ids hold', () => {
  const hash = address('results', ['report', 'a/b c?'], { search: 'x & y' });
  const route = parseRoute(hash);
  expect(route.page).toBe('results');
  expect(route.rest).toEqual(['report', 'a/b c?']);
  expect(route.query.get('search')).toBe('x & y');
});

test('what is no page leads home', () => {
  for (const hash of ['', '#', '#/', '#/nowhere']) expect(parseRoute(hash).page).toBe('home');
  expect(parseRoute('#/data').rest).toEqual([]);
});
