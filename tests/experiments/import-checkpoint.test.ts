import 'fake-indexeddb/auto';
import * as tf from '@tensorflow/tfjs';
import { zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportCheckpoint } from '../../src/experiments/export-checkpoint';
import { importCheckpoint, type CheckpointFile } from '../../src/experiments/import-checkpoint';
import { openCheckpoint } from '../../src/experiments/open-checkpoint';
import { safetensorsBlob } from '../../src/formats/safetensors';
import type { Family } from '../../src/models/families';
import tokenizers from '../goldens/tokenizer.json';
import { expectedOf, largestDifference, TINY_FAMILIES, tinyArrays, tinyBatch } from '../models/tiny-models';
import { census, freshLibrary } from '../storage/helpers';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const golden = (path: string) => new Uint8Array(readFileSync(new URL(`../goldens/${path}`, import.meta.url)));
const tokenizerOf = (family: Family) => JSON.stringify(tokenizers[family === 'roberta' ? 'roberta' : 'bert'].tokenizer);

/** A folder as the hub has it. */
const folder = (family: Family, weights: Record<string, Blob>): CheckpointFile[] =>
  Object.entries({
    'config.json': new Blob([golden(`tiny-models/${family}.config.json`)]),
    'tokenizer.json': new Blob([tokenizerOf(family)]),
    ...weights,
  }).map(([name, file]) => ({ name, file }));

const whole = (family: Family) => ({ 'model.safetensors': new Blob([golden(`tiny-models/${family}.safetensors`)]) });

async function scores(library: Awaited<ReturnType<typeof freshLibrary>>, id: string, family: Family) {
  const { model } = await openCheckpoint(library, id);
  const logits = model.logits(tinyBatch(expectedOf(family)));
  const values = [...(await logits.data())];
  tf.dispose(logits);
  model.dispose();
  return values;
}

describe.each(TINY_FAMILIES)('a folder of %s', (family) => {
  it('is imported, scores as PyTorch, and comes out as it went in', async () => {
    const library = await freshLibrary();
    const checkpoint = await importCheckpoint(library, 'tiny', folder(family, whole(family)), { source: 'folder' });
    expect(checkpoint).toMatchObject({ name: 'tiny', family, source: 'folder', finished: true });
    expect(checkpoint.notes).toBeUndefined();
    expect(largestDifference(await scores(library, checkpoint.id, family), expectedOf(family).logits)).toBeLessThan(
      1e-5,
    );

    const files = await exportCheckpoint(library, checkpoint);
    const bytes = await Promise.all(
      files.map(async ({ name, file }) => [`tiny/${name}`, new Uint8Array(await file.arrayBuffer())] as const),
    );
    const zip = new Blob([zipSync(Object.fromEntries(bytes)) as Uint8Array<ArrayBuffer>]);
    const again = await importCheckpoint(library, 'again', [{ name: 'tiny.zip', file: zip }]);
    expect(again.input).toEqual(checkpoint.input);
    expect(await scores(library, again.id, family)).toEqual(await scores(library, checkpoint.id, family));
  });

  it('may be in shards', async () => {
    const arrays = [...(await tinyArrays(`${family}.safetensors`)).values()];
    const shards = [arrays.slice(0, 7), arrays.slice(7)];
    const nameOf = (i: number) => `model-0000${i + 1}-of-00002.safetensors`;
    const map = Object.fromEntries(shards.flatMap((shard, i) => shard.map(({ name }) => [name, nameOf(i)])));
    const files = folder(family, {
      'model.safetensors.index.json': new Blob([JSON.stringify({ weight_map: map })]),
      [nameOf(0)]: await safetensorsBlob(shards[0]!, shards[0]!),
      [nameOf(1)]: await safetensorsBlob(shards[1]!, shards[1]!),
    });
    const library = await freshLibrary();
    const { id } = await importCheckpoint(library, 'tiny', files);
    expect(largestDifference(await scores(library, id, family), expectedOf(family).logits)).toBeLessThan(1e-5);
    await expect(importCheckpoint(library, 'tiny', files.slice(0, -1))).rejects.toThrow(
      `${nameOf(1)}: missing: model.safetensors.index.json names it as a shard`,
    );
  });
});

describe('an older folder', () => {
  it('with pytorch_model.bin and vocab.txt is imported; what a re-ranker has no use for is named', async () => {
    const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'bee'].join('\n');
    const files = folder('bert', { 'pytorch_model.bin': new Blob([golden('torch-bin/language-model.bin')]) })
      .filter(({ name }) => name !== 'tokenizer.json')
      .concat({ name: 'vocab.txt', file: new Blob([vocabulary]) });
    const library = await freshLibrary();
    const checkpoint = await importCheckpoint(library, 'old', files);
    expect(checkpoint.notes).toEqual([
      'Left out: cls.predictions.decoder.weight, cls.predictions.bias, the head of a language model',
      'No classifier in the file: drawn at random until it is trained',
    ]);
    const stored = await library.checkpointTensors(checkpoint.id);
    const expected = [...(await tinyArrays('bert.safetensors')).values()].filter(
      ({ name }) => !/^classifier/.test(name),
    );
    expect(stored.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
    for await (const { name, values } of library.checkpointWeights(checkpoint.id)) {
      expect(values).toEqual(expected.find((one) => one.name === name)!.values);
    }
    const { encode, model } = await openCheckpoint(library, checkpoint.id);
    expect([...encode('bee', 'bees').ids]).toEqual([2, 5, 3, 1, 3]);
    model.dispose();
  });
});

describe('a folder is refused, and nothing stored:', () => {
  const without = (name: string) => folder('bert', whole('bert')).filter((file) => file.name !== name);
  const instead = (name: string, text: string) => [...without(name), { name, file: new Blob([text]) }];
  const distil = JSON.stringify({
    ...JSON.parse(new TextDecoder().decode(golden('tiny-models/bert.config.json'))),
    model_type: 'distilbert',
  });
  const zip = (names: string[]) =>
    new Blob([zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(3)]))) as Uint8Array<ArrayBuffer>]);

  it.each<[string, CheckpointFile[], string]>([
    [
      'no config',
      without('config.json'),
      'config.json: missing, a checkpoint folder has config.json, model.safetensors',
    ],
    ['no weights', without('model.safetensors'), 'model.safetensors: missing, or pytorch_model.bin'],
    [
      'no tokenizer',
      without('tokenizer.json'),
      'tokenizer.json: missing, or vocab.txt, or vocab.json and merges.txt; found config.json, model.safetensors',
    ],
    [
      'another architecture',
      instead('config.json', distil),
      'expected one of bert, electra, roberta, found "distilbert"',
    ],
    ['a config that is no JSON', instead('config.json', '{'), 'config.json: expected JSON: '],
    ['a tokenizer that is none', instead('tokenizer.json', '{}'), 'tokenizer.json: not a tokenizer'],
    ['weights of another model', folder('bert', whole('electra')), 'tensor electra.embeddings.'],
    ['damaged weights', folder('bert', { 'model.safetensors': new Blob(['weights']) }), 'it is cut off'],
    [
      'a zip of something else',
      [{ name: 'a.zip', file: zip(['a.txt']) }],
      'a.zip: expected a zip with a config.json in it, found a.txt',
    ],
  ])('%s', async (_, files, message) => {
    const library = await freshLibrary();
    await expect(importCheckpoint(library, 'x', files)).rejects.toThrow(message);
    expect(await census(library)).toEqual({});
  });
});
