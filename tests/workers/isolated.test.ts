import { expect, test } from 'vitest';
import { ISOLATION, isolated } from '../../workers/service/isolated.ts';

test('a response keeps its body, its status and its own headers', async () => {
  const response = isolated(
    new Response('text', { status: 203, statusText: 'Other', headers: { 'Content-Type': 'text/javascript' } }),
  );
  expect([response.status, response.statusText, await response.text()]).toEqual([203, 'Other', 'text']);
  expect(response.headers.get('Content-Type')).toBe('text/javascript');
  for (const [name, value] of Object.entries(ISOLATION)) expect(response.headers.get(name)).toBe(value);
});

test('what the host sent for isolation is replaced, not doubled', () => {
  const weaker = new Response('', { headers: { 'Cross-Origin-Embedder-Policy': 'unsafe-none' } });
  expect(isolated(weaker).headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
});

test('what may not be looked into is passed on', () => {
  const error = Response.error();
  expect(isolated(error)).toBe(error);
});
