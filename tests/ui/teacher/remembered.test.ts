import { afterEach, expect, it, vi } from 'vitest';
import { recall, remember } from '../../../src/ui/teacher/remembered';

afterEach(() => vi.unstubAllGlobals());

function fakeStorage() {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  return stored;
}

it('teacher and prices are remembered, a key never is', () => {
  const stored = fakeStorage();
  const values = {
    onnxModel: 'a/b',
    baseUrl: 'https://x.example/v1',
    llm: 'judge',
    priceIn: '1',
    priceOut: '2',
    limit: '3',
  };
  remember({ ...values, key: 'sk-secret' } as typeof values);
  expect(recall()).toEqual(values);
  expect([...stored.values()].join()).not.toContain('sk-secret');
});

it('what is no text, or no JSON, is nothing', () => {
  const stored = fakeStorage();
  expect(recall().baseUrl).toBe('');
  stored.set('teacher', '{"baseUrl": 7, "llm": "judge", "key": "sk"}');
  expect(recall()).toEqual({ onnxModel: '', baseUrl: '', llm: 'judge', priceIn: '', priceOut: '', limit: '' });
  stored.set('teacher', 'nonsense');
  expect(recall().llm).toBe('');
});
