import { describe, expect, test } from 'vitest';
import { formatModelId, looksLikeModelId, parseModelId } from '../../src/hub/model-id';

describe('a model id', () => {
  test.each([
    ['google/electra-base-discriminator', 'google/electra-base-discriminator', undefined],
    ['roberta-base', 'roberta-base', undefined],
    [' cross-encoder/ms-marco-MiniLM-L6-v2@refs/pr/3 ', 'cross-encoder/ms-marco-MiniLM-L6-v2', 'refs/pr/3'],
    ['a/b@c0ffee1', 'a/b', 'c0ffee1'],
    ['https://huggingface.co/google/electra-base-discriminator', 'google/electra-base-discriminator', undefined],
    ['https://huggingface.co/google/electra/tree/main', 'google/electra', 'main'],
    ['https://huggingface.co/google/electra/blob/v1.0/config.json?x=1', 'google/electra', 'v1.0'],
  ])('%s', (text, model, revision) => {
    const id = parseModelId(text)!;
    expect(id).toEqual({ model, ...(revision ? { revision } : {}) });
    expect(parseModelId(formatModelId(id))).toEqual(id);
  });

  test.each(['', 'a b', './folder', '../a/b', '/a/b', 'a/b/c', 'a/b@', 'https://example.org/'])('is not %j', (text) => {
    expect(parseModelId(text)).toBeUndefined();
  });

  test('is told from names and paths in a recipe', () => {
    expect(looksLikeModelId('google/electra-base-discriminator')).toBe(true);
    expect(looksLikeModelId('a/b@refs/pr/1')).toBe(true);
    for (const name of ['rerank-mini', 'demo-cl CL', './a', '../a/b', 'a/b/c', '/a/b'])
      expect(looksLikeModelId(name)).toBe(false);
  });
});
