/** Centroids of token vectors by k-means (Lloyd), as ColBERTv2 has faiss make them: 4 rounds from random vectors, at the end of length 1. */
import * as tf from '@tensorflow/tfjs';
import { randomAt, streamKey } from '../../kernels/random';
import { deviceCentroids, nearestCentroids } from './nearest-centroids';
import { normalize } from './token-vectors';

const ROUNDS = 4;

/** ColBERTv2's number of centroids: the power of two at or below 16 · √vectors (Santhanam et al., 2022, 3.3). */
export const centroidCount = (vectors: number) => 2 ** Math.floor(Math.log2(16 * Math.sqrt(Math.max(1, vectors))));

/** `count` different numbers below `bound`, at random by the seed; all of them where there are not so many. In ascending order. */
export function drawn(bound: number, count: number, seed: number): Uint32Array {
  const numbers = Uint32Array.from({ length: bound }, (_, i) => i);
  if (count >= bound) return numbers;
  const key = streamKey(seed);
  const hashes = numbers.map((number) => randomAt(key, number));
  return numbers
    .sort((a, b) => hashes[a]! - hashes[b]! || a - b)
    .slice(0, count)
    .sort();
}

/**
 * Yields the number of rounds done, returns centroids [count · dimension].
 * @param vectors [vectors · dimension], at least `count` of them
 */
export async function* kMeans(
  vectors: Float32Array,
  dimension: number,
  count: number,
  seed: number,
  signal?: AbortSignal,
): AsyncGenerator<{ done: number; total: number }, Float32Array, void> {
  const total = vectors.length / dimension;
  const vector = (i: number) => vectors.subarray(i * dimension, (i + 1) * dimension);
  const centroids = new Float32Array(count * dimension);
  drawn(total, count, seed).forEach((i, c) => centroids.set(vector(i), c * dimension));
  for (let round = 0; round < ROUNDS; round++) {
    yield { done: round, total: ROUNDS };
    const onDevice = deviceCentroids(centroids, dimension, 'distance');
    let nearest: Uint32Array;
    try {
      nearest = await nearestCentroids(onDevice, vectors, signal);
    } finally {
      tf.dispose([onDevice.weight, onDevice.bias]);
    }
    const members = new Uint32Array(count);
    centroids.fill(0);
    nearest.forEach((c, i) => {
      members[c]!++;
      const from = c * dimension;
      for (let d = 0; d < dimension; d++) centroids[from + d]! += vectors[i * dimension + d]!;
    });
    const key = streamKey(seed + 1 + round);
    for (let c = 0; c < count; c++) {
      const own = centroids.subarray(c * dimension, (c + 1) * dimension);
      // Nobody's nearest: it begins again somewhere else.
      if (members[c] === 0) own.set(vector(randomAt(key, c) % total));
      else for (let d = 0; d < dimension; d++) own[d]! /= members[c]!;
    }
  }
  for (let c = 0; c < count; c++) normalize(centroids.subarray(c * dimension, (c + 1) * dimension));
  return centroids;
}
