import { describe, expect, test } from 'vitest';
import { matchWeights } from '../../src/models/match-weights';
import type { Family } from '../../src/models/families';
import { TINY_FAMILIES, tinyConfig, tinyFile } from './tiny-models';

const tensorsOf = async (family: Family) =>
  (await tinyFile(`${family}.safetensors`)).tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
const tensor = (name: string, ...shape: number[]) => ({ name, dtype: 'F32', shape });
const shouldBe = (tensors: { name: string }[]) => [...tensors].map(({ name }) => name).sort();

describe.each(TINY_FAMILIES)('the weights of %s', (family) => {
  test('as transformers saves them are all taken, under their own names', async () => {
    const tensors = await tensorsOf(family);
    const { names, notes } = matchWeights(tinyConfig(family), tensors);
    expect([...names]).toEqual(tensors.map(({ name }) => [name, name]));
    expect(notes).toEqual([]);
  });

  test.each([
    ['none', (name: string) => name.replace(`${family}.`, '')],
    ['model.', (name: string) => `model.${name}`],
    ['module. of a bare encoder', (name: string) => `module.${name.replace(`${family}.`, '')}`],
    ['0.auto_model.', (name: string) => `0.auto_model.${name}`],
    [
      "TensorFlow's norms",
      (name: string) => name.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta'),
    ],
  ])('are taken whatever the prefix: %s', async (_, rename) => {
    const tensors = await tensorsOf(family);
    const { names, notes } = matchWeights(
      tinyConfig(family),
      tensors.map((one) => ({ ...one, name: rename(one.name) })),
    );
    expect([...names.values()].sort()).toEqual(shouldBe(tensors));
    expect(notes).toEqual([]);
  });

  test('without a head are taken, and the head is named', async () => {
    const tensors = (await tensorsOf(family)).filter(({ name }) => !/pooler|classifier/.test(name));
    const head = family === 'bert' ? 'bert.pooler.dense and classifier' : 'classifier.dense and classifier.out_proj';
    expect(matchWeights(tinyConfig(family), tensors).notes).toEqual([
      `No ${head} in the file: drawn at random until it is trained`,
    ]);
  });

  test('with a tensor missing, or of another shape, are refused by name', async () => {
    const tensors = await tensorsOf(family);
    const name = `${family}.encoder.layer.1.attention.self.value.weight`;
    expect(() =>
      matchWeights(
        tinyConfig(family),
        tensors.filter((one) => one.name !== name),
      ),
    ).toThrow(
      new RegExp(`^tensor ${name}: expected it among the ${tensors.length - 1} of the file, found none of that name`),
    );
    const wrong = tensors.map((one) => (one.name === name ? { ...one, shape: [16, 17] } : one));
    expect(() => matchWeights(tinyConfig(family), wrong)).toThrow(
      `tensor ${name}: expected shape [16, 16], found [16, 17]; is config.json of the same model?`,
    );
  });
});

describe('what a re-ranker has no use for', () => {
  const extra = [
    tensor('cls.predictions.bias', 50),
    tensor('cls.predictions.transform.dense.weight', 16, 16),
    tensor('cls.seq_relationship.weight', 2, 16),
    tensor('something.else', 3),
  ];

  test('is left out and named', async () => {
    const tensors = await tensorsOf('bert');
    const { names, notes } = matchWeights(tinyConfig('bert'), [
      ...extra,
      ...tensors,
      { ...tensors[0]!, name: 'embeddings.word_embeddings.weight' },
    ]);
    expect([...names.values()].sort()).toEqual(shouldBe(tensors));
    expect(notes).toEqual([
      'Left out: cls.predictions.bias, cls.predictions.transform.dense.weight and 1 more, the head of a language model',
      'Left out: something.else, of no use to a re-ranker',
      'Left out: embeddings.word_embeddings.weight, there twice',
    ]);
  });

  test('is a pooler in ELECTRA and RoBERTa, a language model’s or a discriminator’s head', async () => {
    const roberta = [
      ...(await tensorsOf('roberta')),
      tensor('roberta.pooler.dense.bias', 16),
      tensor('lm_head.bias', 50),
    ];
    expect(matchWeights(tinyConfig('roberta'), roberta).notes).toEqual([
      'Left out: roberta.pooler.dense.bias, a pooler, which re-rankers of this family do without',
      'Left out: lm_head.bias, the head of a language model',
    ]);
    const electra = [...(await tensorsOf('electra')), tensor('discriminator_predictions.dense.bias', 16)];
    expect(matchWeights(tinyConfig('electra'), electra).notes).toEqual([
      'Left out: discriminator_predictions.dense.bias, the head of a discriminator',
    ]);
  });

  test('is a head of several classes; a new one is drawn', async () => {
    const classes = (await tensorsOf('bert')).map((one) =>
      one.name.startsWith('classifier.') ? { ...one, shape: [3, ...one.shape.slice(1)] } : one,
    );
    expect(matchWeights(tinyConfig('bert'), classes).notes).toEqual([
      'Left out: classifier.bias, classifier.weight, the head of a classifier with 3 classes, where a re-ranker has one score',
      'No classifier in the file: drawn at random until it is trained',
    ]);
  });

  test("is not a late-interaction model's projection", async () => {
    const { names, notes } = matchWeights(tinyConfig('bert'), [
      ...(await tensorsOf('bert')),
      tensor('linear.weight', 8, 16),
    ]);
    expect(names.get('linear.weight')).toBe('linear.weight');
    expect(notes).toEqual([]);
  });
});
