import { describe, expect, it } from 'vitest';
import { pairEncoder } from '../../src/text/pair-encoder';
import { loadTokenizer } from '../../src/text/tokenizer';
import type { TruncationStrategy } from '../../src/text/truncation';
import goldens from '../goldens/tokenizer.json';

describe.each(['bert', 'roberta'] as const)('%s tokenizer', (family) => {
  const golden = goldens[family];
  const tokenizer = loadTokenizer({ 'tokenizer.json': JSON.stringify(golden.tokenizer) });

  it.each(golden.texts)('encodes as HF: $text', ({ text, ids }) => {
    expect([...tokenizer.encode(text)]).toEqual(ids);
    // Once more, from the word cache.
    expect([...tokenizer.encode(text)]).toEqual(ids);
  });

  it.each(golden.pairs)('joins as HF: $truncation $maxLength, $query', (pair) => {
    const options = { maxLength: pair.maxLength, truncation: pair.truncation as TruncationStrategy };
    const encode = () => pairEncoder(tokenizer, { ...options, tokenTypes: true })(pair.query, pair.document);
    if (pair.ids === null) {
      expect(encode).toThrow(/leaves no room for the document.*longest_first/);
      return;
    }
    expect([...encode().ids]).toEqual(pair.ids);
    expect([...encode().types]).toEqual(pair.types);
    const untyped = pairEncoder(tokenizer, { ...options, tokenTypes: false })(pair.query, pair.document);
    expect([...untyped.ids]).toEqual(pair.ids);
    expect([...untyped.types]).toEqual(pair.ids.map(() => 0));
  });

  it('gives a pair the same input from the cache', () => {
    const encode = pairEncoder(tokenizer, { maxLength: 20, tokenTypes: true, truncation: 'longest_first' });
    const { query, document } = golden.pairs[0]!;
    expect(encode(query, document)).toEqual(encode(query, document));
  });
});

describe('loadTokenizer', () => {
  it('names the missing file and what is there', () => {
    expect(() => loadTokenizer({ 'config.json': '{}' })).toThrow(/tokenizer\.json: missing.*config\.json/);
  });

  it('names a file that is not JSON', () => {
    expect(() => loadTokenizer({ 'tokenizer.json': '{"model":' })).toThrow(/tokenizer\.json: not JSON/);
  });

  it('names a file that is no tokenizer', () => {
    expect(() => loadTokenizer({ 'tokenizer.json': '{}' })).toThrow(/tokenizer\.json: not a tokenizer/);
  });

  it('asks for a post-processor', () => {
    const definition = { ...goldens.bert.tokenizer, post_processor: null };
    expect(() => loadTokenizer({ 'tokenizer.json': JSON.stringify(definition) })).toThrow(/post_processor/);
  });

  it('asks for room for a pair', () => {
    const tokenizer = loadTokenizer({ 'tokenizer.json': JSON.stringify(goldens.bert.tokenizer) });
    expect(() => pairEncoder(tokenizer, { maxLength: 4, tokenTypes: true, truncation: 'longest_first' })).toThrow(
      /maxLength/,
    );
  });
});
