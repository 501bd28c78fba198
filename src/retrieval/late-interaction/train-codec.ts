/** Makes an index's codec of a sample of the collection, as colbert-ai's CollectionIndexer does before it encodes anything. */
import * as tf from '@tensorflow/tfjs';
import type { Library } from '../../storage/library';
import { centroidCount, drawn, kMeans } from './k-means';
import type { LateInteractionModel } from './model';
import { deviceCentroids, nearestCentroids } from './nearest-centroids';
import type { IndexingProgress } from './progress';
import { timed } from './progress';
import { residualCodec, type ResidualCodec } from './residual-codec';
import { encodeTexts, joined, type TokenVectors } from './token-vectors';

const SEED = 42;
/** ColBERTv2 samples 16 · √(120 · documents) of them, 120 being the vectors of a usual one. */
const USUAL_VECTORS = 120;
/** Numbers of sampled vectors, about: 128 MiB. */
const SAMPLED_NUMBERS = 1 << 25;
/** Fewer would leave centroids that are one vector each. */
const VECTORS_A_CENTROID = 4;
const HELD_OUT = { share: 0.05, most: 50_000 };

const sampleSize = (documents: number, dimension: number) =>
  Math.min(
    1 + Math.floor(16 * Math.sqrt(USUAL_VECTORS * documents)),
    documents,
    Math.ceil(SAMPLED_NUMBERS / dimension / USUAL_VECTORS),
  );

/** Yields progress, returns the codec. @throws the signal's reason when it is aborted. */
export async function* trainCodec(
  library: Library,
  collection: string,
  { encoder, inputs }: LateInteractionModel,
  signal?: AbortSignal,
): AsyncGenerator<IndexingProgress, ResidualCodec, void> {
  const { dimension } = encoder;
  const documents = (await library.dataset(collection))?.count ?? 0;
  const sampled = drawn(documents, sampleSize(documents, dimension), SEED);
  const parts: TokenVectors[] = [];
  const sampling = timed('sampling', sampled.length);
  let done = 0;
  for await (const texts of textsAt(library, collection, sampled)) {
    for await (const { vectors } of encodeTexts(encoder, texts.map(inputs.document))) {
      signal?.throwIfAborted();
      parts.push(vectors);
      yield sampling((done += vectors.offsets.length - 1));
    }
  }
  const { values } = joined(parts, dimension);
  parts.length = 0;
  const [heldOut, rest] = split(values, dimension);
  const vectors = values.length / dimension;
  const wanted = centroidCount((vectors / Math.max(1, sampled.length)) * documents);
  const bound = 2 ** Math.floor(Math.log2(Math.max(1, rest.length / dimension / VECTORS_A_CENTROID)));
  const clustering = timed('clustering', 1);
  const rounds = kMeans(rest, dimension, Math.min(wanted, bound), SEED, signal);
  for (;;) {
    const step = await rounds.next();
    if (step.done) {
      const onDevice = deviceCentroids(step.value, dimension, 'product');
      const nearest = await nearestCentroids(onDevice, heldOut, signal).finally(() =>
        tf.dispose([onDevice.weight, onDevice.bias]),
      );
      return residualCodec(step.value, dimension, heldOut, nearest);
    }
    yield clustering(step.value.done / step.value.total);
  }
}

/** Texts of the documents of these numbers, ascending, block by block. */
async function* textsAt(library: Library, collection: string, numbers: Uint32Array): AsyncGenerator<string[]> {
  let next = 0;
  for await (const { first, texts } of library.batches(collection)) {
    const some: string[] = [];
    while (next < numbers.length && numbers[next]! < first + texts.length) some.push(texts[numbers[next++]! - first]!);
    if (some.length > 0) yield some;
    if (next === numbers.length) return;
  }
}

/** Some vectors at random that the centroids are not made from, and the others. */
function split(values: Float32Array, dimension: number): [heldOut: Float32Array, rest: Float32Array] {
  const vectors = values.length / dimension;
  // At least one: buckets are quantiles of something.
  const count = Math.min(Math.max(1, Math.floor(HELD_OUT.share * vectors)), HELD_OUT.most, vectors);
  const isHeldOut = new Uint8Array(vectors);
  for (const vector of drawn(vectors, count, SEED)) isHeldOut[vector] = 1;
  const [heldOut, rest] = [new Float32Array(count * dimension), new Float32Array((vectors - count) * dimension)];
  let [a, b] = [0, 0];
  for (let vector = 0; vector < vectors; vector++) {
    const own = values.subarray(vector * dimension, (vector + 1) * dimension);
    if (isHeldOut[vector]) heldOut.set(own, dimension * a++);
    else rest.set(own, dimension * b++);
  }
  return [heldOut, rest];
}
