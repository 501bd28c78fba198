import { describe, expect, test } from 'vitest';
import { readConfig, savedConfig } from '../../src/models/config';
import { canonicalName } from '../../src/models/weight-names';

const MINIMAL = {
  model_type: 'bert',
  vocab_size: 30522,
  hidden_size: 384,
  num_hidden_layers: 6,
  num_attention_heads: 12,
  intermediate_size: 1536,
  hidden_act: 'gelu',
  max_position_embeddings: 512,
  type_vocab_size: 2,
};

describe('readConfig', () => {
  test('reads a BERT, with defaults of transformers', () => {
    expect(readConfig(MINIMAL)).toMatchObject({
      family: 'bert',
      hiddenSize: 384,
      embeddingSize: 384,
      firstPosition: 0,
      padTokenId: 0,
      layerNormEpsilon: 1e-12,
      dropout: { hidden: 0.1, attention: 0.1, classifier: 0.1 },
    });
  });

  test('tells the family by the architecture where an old file says nothing else', () => {
    const old = { ...MINIMAL, model_type: undefined };
    expect(readConfig({ ...old, architectures: ['ElectraForPreTraining'] }).family).toBe('electra');
    expect(() => readConfig({ ...old, architectures: ['RobertaformerModel'] })).toThrow('found "RobertaformerModel"');
    expect(() => readConfig(old)).toThrow('model_type: expected one of bert, electra, roberta, found undefined');
  });

  test('of an unknown architecture says what is supported', () => {
    expect(() => readConfig({ ...MINIMAL, model_type: 'distilbert' })).toThrow(
      'config.json: model_type: expected one of bert, electra, roberta, found "distilbert": only encoders of these families ' +
        'are supported (MiniLM, TinyBERT and ELECTRA small are among them)',
    );
  });

  test("RoBERTa's positions start after its padding's", () => {
    expect(readConfig({ ...MINIMAL, model_type: 'roberta' })).toMatchObject({ padTokenId: 1, firstPosition: 2 });
  });

  test("the classifier's dropout is the hidden one's where it is null", () => {
    const config = readConfig({ ...MINIMAL, hidden_dropout_prob: 0.3, classifier_dropout: null });
    expect(config.dropout).toEqual({ hidden: 0.3, attention: 0.1, classifier: 0.3 });
  });

  test.each<[object, string]>([
    [{ model_type: 't5' }, 'model_type: expected one of bert, electra, roberta, found "t5"'],
    [{ hidden_size: undefined }, 'hidden_size: expected a positive integer, found undefined'],
    [{ num_attention_heads: 7 }, 'num_attention_heads: expected a divisor of hidden_size 384, found 7'],
    [{ hidden_act: 'silu' }, 'hidden_act: expected one of gelu, gelu_new, relu, tanh, found "silu"'],
    [{ position_embedding_type: 'relative_key' }, 'position_embedding_type: expected "absolute"'],
    [{ hidden_dropout_prob: 1 }, 'hidden_dropout_prob: expected a probability of at least 0 and below 1, found 1'],
  ])('%j is refused', (change, message) => {
    expect(() => readConfig({ ...MINIMAL, ...change })).toThrow(`config.json: ${message}`);
  });

  test.each([null, [], 'bert'])('%j is refused', (json) => {
    expect(() => readConfig(json)).toThrow('config.json: expected an object');
  });
});

test('a saved config is a one-label sequence classifier, and the rest is kept', () => {
  const json = { ...MINIMAL, architectures: ['BertModel'], _name_or_path: 'somewhere' };
  expect(savedConfig(readConfig(json))).toEqual({
    ...json,
    architectures: ['BertForSequenceClassification'],
    id2label: { 0: 'LABEL_0' },
    label2id: { LABEL_0: 0 },
  });
});

test.each([
  ['embeddings.LayerNorm.gamma', 'bert', 'bert.embeddings.LayerNorm.weight'],
  ['bert.encoder.layer.3.output.LayerNorm.beta', 'bert', 'bert.encoder.layer.3.output.LayerNorm.bias'],
  ['electra.embeddings_project.weight', 'electra', 'electra.embeddings_project.weight'],
  ['pooler.dense.bias', 'bert', 'bert.pooler.dense.bias'],
  ['classifier.out_proj.weight', 'roberta', 'classifier.out_proj.weight'],
  ['lm_head.bias', 'roberta', 'lm_head.bias'],
  ['model.roberta.encoder.layer.0.output.dense.bias', 'roberta', 'roberta.encoder.layer.0.output.dense.bias'],
  ['module.model.embeddings.LayerNorm.gamma', 'electra', 'electra.embeddings.LayerNorm.weight'],
  ['0.auto_model.pooler.dense.weight', 'bert', 'bert.pooler.dense.weight'],
  ['model.classifier.bias', 'bert', 'classifier.bias'],
] as const)('%s of %s is %s', (name, family, canonical) => {
  expect(canonicalName(name, family)).toBe(canonical);
});
