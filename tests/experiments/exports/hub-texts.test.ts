import { describe, expect, it } from 'vitest';
import { hubTexts } from '../../../src/experiments/exports/hub-texts';
import type { Checkpoint } from '../../../src/storage/entries';

const input: Checkpoint['input'] = { maxLength: 48, tokenTypes: true, truncation: 'longest_first' };
const files = {
  'config.json': JSON.stringify({ model_type: 'bert', dtype: 'float16', torch_dtype: 'float16', hidden_size: 16 }),
  'tokenizer_config.json': JSON.stringify({ model_max_length: 512, do_lower_case: true }),
  'vocab.txt': '[PAD]\n',
};
const read = (texts: Record<string, string>, name: string) => JSON.parse(texts[name]!) as Record<string, unknown>;

describe('the small files of an exported checkpoint', () => {
  it('say float32 as the weights are, and that scores are raw', () => {
    const texts = hubTexts({ files, input, family: 'bert' });
    expect(read(texts, 'config.json')).toEqual({
      model_type: 'bert',
      hidden_size: 16,
      torch_dtype: 'float32',
      sentence_transformers: { activation_fn: 'torch.nn.modules.linear.Identity' },
      sbert_ce_default_activation_function: 'torch.nn.modules.linear.Identity',
      rerank_studio: input,
    });
    expect(texts['vocab.txt']).toBe('[PAD]\n');
  });

  it.each([
    ['bert', true, true],
    ['bert', false, false],
    ['electra', true, true],
    ['roberta', true, false],
  ] as const)('%s with types %s: the tokenizer gives types: %s', (family, tokenTypes, given) => {
    const config = read(hubTexts({ files, input: { ...input, tokenTypes }, family }), 'tokenizer_config.json');
    expect(config).toMatchObject({ model_max_length: 48, do_lower_case: true });
    expect((config['model_input_names'] as string[]).includes('token_type_ids')).toBe(given);
  });

  it('are made where a checkpoint has no tokenizer_config.json', () => {
    const texts = hubTexts({ files: { 'config.json': '{}' }, input, family: 'bert' });
    expect(read(texts, 'tokenizer_config.json')['model_max_length']).toBe(48);
  });
});
