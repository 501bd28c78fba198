import 'fake-indexeddb/auto';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allPooled, biEncoder, type BiEncoder } from '../../../src/retrieval/dense/pooled-vectors';
import { searchDense } from '../../../src/retrieval/dense/search';
import { denseParts, encodeCollection, encodedDocuments } from '../../../src/retrieval/dense/stored-vectors';
import { openLibrary } from '../../../src/storage/open-library';
import { NODE_BACKENDS, useNodeBackend } from '../../kernels/backends';
import { largestDifference } from '../../models/tiny-models';
import { expected, tinyEncoder, tinyTokenizer } from '../late-interaction/tiny-colbert';

const cosine = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe.each(NODE_BACKENDS)('a bi-encoder on %s', (backend) => {
  let model: BiEncoder;
  beforeAll(async () => {
    await useNodeBackend(backend);
    model = biEncoder('tiny', await tinyEncoder(false), tinyTokenizer());
  });
  afterAll(() => model.encoder.dispose());

  test('gives texts sentence-transformers’ vectors', async () => {
    const { numTensors } = tf.memory();
    for (const of of ['queries', 'documents'] as const) {
      expect(largestDifference(await allPooled(model, expected[of]), expected.dense[of].flat())).toBeLessThan(1e-4);
    }
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('a stored collection', () => {
  const names = expected.documents.map((_, i) => `d${i}`);
  let model: BiEncoder;
  beforeAll(async () => {
    await useNodeBackend('wasm, simd');
    model = biEncoder('tiny', await tinyEncoder(false), tinyTokenizer());
  });
  afterAll(() => model.encoder.dispose());

  async function stored(copies = 1) {
    const library = await openLibrary(`dense-${Math.random()}`);
    const texts = Array.from({ length: copies }, () => expected.documents).flat();
    const records = texts.map((text, i) => ({ id: `d${i}`, text }));
    const chunks = (async function* () {
      yield { records, errors: [], bytesRead: 0 };
    })();
    for await (const _ of library.importDataset({ kind: 'collection', name: 'c', source: 'test' }, chunks));
    return { library, collection: (await library.datasetNamed('collection', 'c'))!.id };
  }

  test.each([{ partBytes: 1 }, {}])('is searched exactly, whatever its parts', async (options) => {
    const { library, collection } = await stored();
    for await (const _ of encodeCollection(library, collection, model, options));
    expect(await encodedDocuments(library, collection, 'tiny')).toBe(names.length);
    const queries = await allPooled(model, expected.queries);
    const steps = searchDense(queries, model.encoder.dimension, denseParts(library, collection, 'tiny'), 3);
    let step = await steps.next();
    while (!step.done) step = await steps.next();
    step.value.forEach((ranking, q) => {
      const all = expected.dense.documents.map((own, d) => ({
        document: names[d]!,
        score: cosine(expected.dense.queries[q]!, own),
      }));
      all.sort((a, b) => b.score - a.score);
      expect(ranking.map(({ document }) => document)).toEqual(all.slice(0, 3).map(({ document }) => document));
      expect(ranking.map(({ rank }) => rank)).toEqual([1, 2, 3]);
      ranking.forEach(({ score }, i) => expect(score).toBeCloseTo(all[i]!.score, 4));
    });
  });

  test('is encoded once', async () => {
    const { library, collection } = await stored();
    for await (const _ of encodeCollection(library, collection, model));
    const told = [];
    for await (const step of encodeCollection(library, collection, model)) told.push(step);
    expect(told).toEqual([]);
  });

  test('goes on after a build that was broken off', async () => {
    const { library, collection } = await stored(30);
    const controller = new AbortController();
    const options = { signal: controller.signal, partBytes: 1 };
    const broken = (async () => {
      for await (const _ of encodeCollection(library, collection, model, options))
        if ((await encodedDocuments(library, collection, 'tiny')) > 0) controller.abort(new Error('enough'));
    })();
    await expect(broken).rejects.toThrow('enough');
    const before = await encodedDocuments(library, collection, 'tiny');
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(150);
    const told = [];
    for await (const { done } of encodeCollection(library, collection, model)) told.push(done);
    expect(told[0]).toBeGreaterThan(before);
    const ids = [];
    for await (const part of denseParts(library, collection, 'tiny')) ids.push(...part.ids);
    expect(ids).toEqual(Array.from({ length: 150 }, (_, i) => `d${i}`));
  });
});
