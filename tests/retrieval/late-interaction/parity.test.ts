import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenEncoder } from '../../../src/models/token-encoder';
import { askingVectors, maxSimReference, maxSims } from '../../../src/retrieval/late-interaction/max-sim';
import { tokenInputs } from '../../../src/retrieval/late-interaction/token-inputs';
import { encodeAll, encodeTexts, joined, vectorsOf } from '../../../src/retrieval/late-interaction/token-vectors';
import { NODE_BACKENDS, useNodeBackend } from '../../kernels/backends';
import { largestDifference } from '../../models/tiny-models';
import { expected, tinyEncoder, tinyTokenizer } from './tiny-colbert';

const inputs = tokenInputs(tinyTokenizer(), { isColbert: true, maxPositions: 300 });
const queries = expected.queries.map((text) => inputs.query(text));
const documents = expected.documents.map((text) => inputs.document(text));

describe.each(NODE_BACKENDS)('a ColBERT on %s', (backend) => {
  let encoder: TokenEncoder;
  beforeAll(async () => {
    await useNodeBackend(backend);
    encoder = await tinyEncoder();
  });
  afterAll(() => encoder.dispose());

  test('gives queries Python’s vectors, masks included', async () => {
    const found = await encodeAll(encoder, queries);
    expected.queryVectors.forEach((vectors, i) => {
      expect(largestDifference(vectorsOf(found, i), vectors.flat())).toBeLessThan(1e-4);
    });
  });

  test('gives documents Python’s vectors, without those of punctuation', async () => {
    const found = await encodeAll(encoder, documents);
    expected.documentVectors.forEach((vectors, i) => {
      const all = vectorsOf(found, i);
      expect(all.length / encoder.dimension).toBe(expected.documentLengths[i]);
      const first = vectors.flat();
      expect(largestDifference(all.subarray(0, first.length), first)).toBeLessThan(1e-4);
    });
  });

  test('scores them as Python, by the device and by plain arithmetic', async () => {
    const asked = await encodeAll(encoder, queries);
    const found = await encodeAll(encoder, documents);
    for (const [i, scores] of expected.scores.entries()) {
      const query = vectorsOf(asked, i);
      const asking = askingVectors(query, encoder.dimension);
      expect(largestDifference(await maxSims(asking, found), scores)).toBeLessThan(1e-4);
      tf.dispose([asking.weight, asking.bias]);
      const plain = documents.map((_, d) => maxSimReference(query, vectorsOf(found, d), encoder.dimension));
      expect(largestDifference(plain, scores)).toBeLessThan(1e-4);
    }
  });

  test('makes the same of small batches, and leaves no tensor behind', async () => {
    const { numTensors } = tf.memory();
    const whole = await encodeAll(encoder, documents);
    const parts = [];
    for await (const { vectors } of encodeTexts(encoder, documents, 1)) parts.push(vectors);
    const small = joined(parts, encoder.dimension);
    expect(small.offsets).toEqual(whole.offsets);
    expect(largestDifference(small.values, whole.values)).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

test('a stand-in has neither markers nor masks', () => {
  const plain = tokenInputs(tinyTokenizer(), { isColbert: false, maxPositions: 300 });
  const { ids, asked } = plain.query('the cat');
  const tokenizer = tinyTokenizer();
  expect([...ids]).toEqual(['[CLS]', 'the', 'cat', '[SEP]'].map((token) => tokenizer.id(token)));
  expect(asked).toBe(4);
});

test('a vocabulary without markers is refused by name', () => {
  const without = { ...tinyTokenizer(), id: () => undefined };
  expect(() => tokenInputs(without, { isColbert: true, maxPositions: 300 })).toThrow('[unused0]');
});
