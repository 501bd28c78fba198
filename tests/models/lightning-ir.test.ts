/** Checkpoints of Lightning IR, made here of the golden models; tests/oracle/fit-lightning-ir.py imports real ones. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { openSafetensors, safetensorsBlob } from '../../src/formats/safetensors';
import { readConfig } from '../../src/models/config';
import { CrossEncoder } from '../../src/models/cross-encoder';
import { FAMILIES, type Family } from '../../src/models/families';
import { readLightningIr } from '../../src/models/lightning-ir/read-lightning-ir';
import { studioConfig, studioName } from '../../src/models/lightning-ir/studio-model';
import {
  expectedOf,
  largestDifference,
  LOAD_OPTIONS,
  TINY_FAMILIES,
  tinyArrays,
  tinyBatch,
  tinyConfig,
} from './tiny-models';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function logitsOf(json: Record<string, unknown>, arrays: NamedArray[], family: Family): Promise<Float32Array> {
  const lightning = readLightningIr(json)!;
  const file = lightning.weights(await openSafetensors('model.safetensors', await safetensorsBlob(arrays, arrays)));
  const model = await CrossEncoder.load(readConfig(lightning.config), file, LOAD_OPTIONS);
  const logits = model.logits(tinyBatch(expectedOf(family)));
  const values = (await logits.data()) as Float32Array;
  logits.dispose();
  model.dispose();
  return values;
}

/** The tensors of a golden model under other names; those without one are left out. */
async function renamed(family: Family, nameOf: (name: string) => string | undefined): Promise<NamedArray[]> {
  return [...(await tinyArrays(`${family}.safetensors`)).values()].flatMap((array) => {
    const name = nameOf(array.name);
    return name === undefined ? [] : [{ ...array, name }];
  });
}

const mono = (family: Family, more: Record<string, unknown>) => ({
  ...tinyConfig(family).json,
  model_type: 'mono',
  backbone_model_type: family,
  pooling_strategy: 'first',
  scoring_strategy: 'rank',
  ...more,
});

describe.each(TINY_FAMILIES)('%s', (family) => {
  test('the model of an exported project comes back as it was', async () => {
    const arrays = await renamed(family, (name) => studioName(name, family));
    expect(arrays.map(({ name }) => name).filter((name) => name.startsWith(`${family}.`))).toEqual([]);
    const json = studioConfig(tinyConfig(family).json, family, true);
    expect(largestDifference(await logitsOf(json, arrays, family), expectedOf(family).logits)).toBeLessThan(1e-5);
    expect(readLightningIr(json)!.config).toMatchObject({
      model_type: family,
      architectures: [FAMILIES[family].architecture],
    });
    expect(readLightningIr(json)!.config).not.toHaveProperty('head_activation');
  });
});

const { bert } = FAMILIES;
const pooled = (name: string) =>
  name
    .replace(bert.dense, 'bert_pool.0')
    .replace(/^classifier/, 'linear')
    .replace(/^bert\./, '');

test("a mono model with bert_pool is BERT's head", async () => {
  const arrays = await renamed('bert', pooled);
  const found = await logitsOf(mono('bert', { _bert_pool: true, linear_bias: true }), arrays, 'bert');
  expect(largestDifference(found, expectedOf('bert').logits)).toBeLessThan(1e-5);
  const bias = arrays.find(({ name }) => name === 'linear.bias')!.values[0]!;
  const without = arrays.filter(({ name }) => name !== 'linear.bias');
  const unbiased = await logitsOf(mono('bert', { _bert_pool: true }), without, 'bert');
  expect(
    largestDifference(
      unbiased,
      expectedOf('bert').logits.map((logit) => logit - bias),
    ),
  ).toBeLessThan(1e-5);
});

test("a linear head is an equal one of ELECTRA's kind: its scores are linear in its weights", async () => {
  const size = tinyConfig('electra').hiddenSize;
  const scores = async (weight: number[], bias?: number) => {
    const arrays = await renamed('electra', (name) => (name.startsWith('classifier') ? undefined : name.slice(8)));
    arrays.push({ name: 'linear.weight', shape: [1, size], values: Float32Array.from(weight) });
    if (bias !== undefined) arrays.push({ name: 'linear.bias', shape: [1], values: Float32Array.of(bias) });
    return [...(await logitsOf(mono('electra', {}), arrays, 'electra'))];
  };
  const a = Array.from({ length: size }, (_, i) => Math.sin(i));
  const b = Array.from({ length: size }, (_, i) => Math.cos(3 * i));
  const [ofA, ofB] = [await scores(a), await scores(b)];
  expect(Math.max(...ofA.map(Math.abs))).toBeGreaterThan(0.1);
  const ofBoth = await scores(
    a.map((value, i) => 2 * value - b[i]!),
    0.5,
  );
  expect(
    largestDifference(
      ofBoth,
      ofA.map((score, i) => 2 * score - ofB[i]! + 0.5),
    ),
  ).toBeLessThan(1e-5);
});

test('the tokenizer is called as its own in transformers', () => {
  const theirs = {
    tokenizer_class: 'CrossEncoderTokenizer',
    backbone_tokenizer_class: 'BertTokenizerFast',
    query_length: 32,
  };
  const texts = readLightningIr(mono('electra', {}))!.texts({ 'tokenizer_config.json': JSON.stringify(theirs) });
  expect(JSON.parse(texts['tokenizer_config.json']!)).toEqual({ tokenizer_class: 'BertTokenizerFast' });
  expect(JSON.parse(texts['config.json']!)).toMatchObject({ model_type: 'electra' });
});

test('other configs are none of Lightning IR, and models that cannot be run are named', () => {
  expect(readLightningIr(tinyConfig('bert').json)).toBeUndefined();
  const read = (family: Family, more: Record<string, unknown>) => () => readLightningIr(mono(family, more));
  expect(read('bert', { backbone_model_type: 't5' })).toThrow(
    'backbone_model_type: expected one of bert, electra, roberta, found "t5"',
  );
  expect(read('bert', { model_type: 'splade' })).toThrow('model_type: expected a cross-encoder');
  expect(read('bert', { scoring_strategy: 'mono', _bert_pool: true })).toThrow('scoring_strategy: expected "rank"');
  expect(read('electra', { pooling_strategy: 'mean' })).toThrow('pooling_strategy: expected "first"');
  expect(read('electra', { _bert_pool: true })).toThrow('_bert_pool: expected false');
  expect(read('roberta', {})).toThrow('_bert_pool: expected true');
});
