import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/text/tokenizer';
import { tokenizerFromVocabulary } from '../../src/text/tokenizer-from-vocabulary';
import cases from '../goldens/vocabularies.json';

const FILES = cases.map(({ files }) => files as Partial<Record<string, string>> as Record<string, string>);

describe('a tokenizer made from a vocabulary', () => {
  it.each(cases.map(({ tokenizer }, i) => [FILES[i]!['tokenizer_config.json'], FILES[i]!, tokenizer] as const))(
    'is the one that transformers makes: %s',
    (_, files, tokenizer) => {
      const made = tokenizerFromVocabulary(files)!;
      expect(JSON.parse(made)).toEqual(tokenizer);
      expect(loadTokenizer({ 'tokenizer.json': made }).frame.before).toHaveLength(1);
    },
  );

  it('has the special tokens that the checkpoint names', () => {
    const files = {
      'vocab.txt': '<pad>\n<unk>\n<cls>\n<sep>\n<mask>\na\n',
      'tokenizer_config.json': '{"unk_token": "<unk>", "cls_token": {"content": "<cls>"}}',
      'special_tokens_map.json': '{"pad_token": "<pad>", "sep_token": "<sep>", "mask_token": "<mask>"}',
    };
    const tokenizer = loadTokenizer({ 'tokenizer.json': tokenizerFromVocabulary(files)! });
    expect(tokenizer.frame.before).toEqual([{ id: 2, type: 0 }]);
    expect([...tokenizer.encode('a b')]).toEqual([5, 1]);
  });

  it('is none without a vocabulary', () => {
    expect(tokenizerFromVocabulary({ 'config.json': '{}', 'vocab.json': '{}' })).toBeUndefined();
  });

  it('needs its special tokens', () => {
    expect(() => tokenizerFromVocabulary({ 'vocab.txt': 'a\nb\n' })).toThrow(
      'vocab.txt: expected the special token [PAD], found none',
    );
    expect(() => tokenizerFromVocabulary({ 'vocab.json': '{', 'merges.txt': '' })).toThrow('vocab.json: not JSON');
  });
});
