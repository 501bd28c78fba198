import { beforeAll, describe, expect, test } from 'vitest';
import { randomAt, streamKey } from '../../../src/kernels/random';
import { invertedLists } from '../../../src/retrieval/late-interaction/compressed-index';
import { centroidCount, kMeans } from '../../../src/retrieval/late-interaction/k-means';
import { maxSimReference } from '../../../src/retrieval/late-interaction/max-sim';
import { deviceCentroids, nearestCentroids } from '../../../src/retrieval/late-interaction/nearest-centroids';
import { compress, decompress, residualCodec } from '../../../src/retrieval/late-interaction/residual-codec';
import { LateInteractionSearcher, searchWidth } from '../../../src/retrieval/late-interaction/searcher';
import { normalize } from '../../../src/retrieval/late-interaction/token-vectors';
import { useNodeBackend } from '../../kernels/backends';

const DIMENSION = 32;
const TOPICS = 8;
const WORDS = 40;
const DOCUMENTS = 2000;
const VECTORS = 12;
const DEPTH = 100;

/** Numbers around 0, nearly normal, by a seed. */
function noise(seed: number) {
  const key = streamKey(seed);
  let i = 0;
  const uniform = () => randomAt(key, i++) / 2 ** 32 - 0.5;
  return () => uniform() + uniform() + uniform() + uniform();
}

/**
 * Vectors as texts have them: a text is of one of 8 topics, most of its words are of its topic, and a word's vectors differ a bit from place to place.
 */
function texts(count: number, vectors: number, seed: number, words: Float32Array): Float32Array {
  const random = noise(seed);
  const key = streamKey(seed + 1000);
  let i = 0;
  const below = (bound: number) => randomAt(key, i++) % bound;
  const values = new Float32Array(count * vectors * DIMENSION);
  for (let text = 0; text < count; text++) {
    const topic = below(TOPICS);
    for (let v = 0; v < vectors; v++) {
      const word = below(5) === 0 ? below(TOPICS * WORDS) : topic * WORDS + below(WORDS);
      const from = (text * vectors + v) * DIMENSION;
      const own = values.subarray(from, from + DIMENSION);
      for (let d = 0; d < DIMENSION; d++) own[d] = words[word * DIMENSION + d]! + 0.1 * random();
      normalize(own);
    }
  }
  return values;
}

const words = (() => {
  const random = noise(7);
  const values = Float32Array.from({ length: TOPICS * WORDS * DIMENSION }, random);
  for (let w = 0; w < TOPICS * WORDS; w++) normalize(values.subarray(w * DIMENSION, (w + 1) * DIMENSION));
  return values;
})();
const documents = texts(DOCUMENTS, VECTORS, 1, words);
const queries = Array.from({ length: 20 }, (_, q) => texts(1, 8, 100 + q, words));

async function indexOf(values: Float32Array) {
  const count = centroidCount(values.length / DIMENSION);
  const steps = kMeans(values, DIMENSION, count, 42);
  let step = await steps.next();
  while (!step.done) step = await steps.next();
  const onDevice = deviceCentroids(step.value, DIMENSION, 'product');
  const codes = await nearestCentroids(onDevice, values);
  const codec = residualCodec(step.value, DIMENSION, values, codes);
  const residuals = compress(codec, values, codes);
  const offsets = Uint32Array.from({ length: DOCUMENTS + 1 }, (_, i) => i * VECTORS);
  const lists = invertedLists({ codes, residuals, offsets }, count);
  return { codec, codes, residuals, offsets, lists, ids: Array.from({ length: DOCUMENTS }, (_, i) => `d${i}`) };
}

describe('a compressed index', () => {
  let index: Awaited<ReturnType<typeof indexOf>>;
  beforeAll(async () => {
    await useNodeBackend('wasm, simd');
    index = await indexOf(documents);
  });

  test('has the power of two of centroids that ColBERTv2 takes', () => {
    expect(index.codec.centroids.length / DIMENSION).toBe(2048); // 16 · √24000 = 2479
  });

  test('gives each vector the centroid of the largest product', () => {
    const { centroids } = index.codec;
    for (let v = 0; v < 50; v++) {
      const products = Array.from({ length: 2048 }, (_, c) => {
        let product = 0;
        for (let i = 0; i < DIMENSION; i++) product += documents[v * DIMENSION + i]! * centroids[c * DIMENSION + i]!;
        return product;
      });
      expect(products[index.codes[v]!]).toBeCloseTo(Math.max(...products), 5);
    }
  });

  test('brings vectors back nearly as they were', () => {
    const back = new Float32Array(documents.length);
    decompress(index.codec, index, 0, DOCUMENTS * VECTORS, back);
    let product = 0;
    back.forEach((value, i) => (product += value * documents[i]!));
    expect(product / (DOCUMENTS * VECTORS)).toBeGreaterThan(0.99);
  });

  test('fills the four buckets alike', () => {
    const filled = [0, 0, 0, 0];
    for (const byte of index.residuals) for (let shift = 0; shift < 8; shift += 2) filled[(byte >> shift) & 3]!++;
    for (const share of filled) expect(share / (4 * index.residuals.length)).toBeCloseTo(0.25, 2);
  });

  test('lists each centroid’s documents, each once', () => {
    const { starts, documents: listed } = index.lists;
    for (let c = 0; c < 2048; c += 97) {
      const expected = new Set<number>();
      index.codes.forEach((code, v) => code === c && expected.add(Math.floor(v / VECTORS)));
      expect([...listed.subarray(starts[c], starts[c + 1])]).toEqual([...expected]);
    }
  });

  test('finds 95% of what exhaustive MaxSim finds among the first 100', async () => {
    const searcher = new LateInteractionSearcher(index);
    let found = 0;
    for (const query of queries) {
      const exhaustive = index.ids
        .map((id, d) => {
          const own = documents.subarray(d * VECTORS * DIMENSION, (d + 1) * VECTORS * DIMENSION);
          return { id, score: maxSimReference(query, own, DIMENSION) };
        })
        .sort((a, b) => b.score - a.score)
        .slice(0, DEPTH);
      const ranking = await searcher.search(query, DEPTH);
      expect(ranking.map(({ rank }) => rank)).toEqual(Array.from({ length: DEPTH }, (_, i) => i + 1));
      const ids = new Set(ranking.map(({ document }) => document));
      found += exhaustive.filter(({ id }) => ids.has(id)).length;
    }
    searcher.dispose();
    expect(found / (DEPTH * queries.length)).toBeGreaterThanOrEqual(0.95);
  });
});

test('the deeper, the wider a search is', () => {
  expect(searchWidth(10)).toEqual({ cells: 1, documents: 256 });
  expect(searchWidth(100)).toEqual({ cells: 2, documents: 1024 });
  expect(searchWidth(2000)).toEqual({ cells: 4, documents: 8000 });
});
