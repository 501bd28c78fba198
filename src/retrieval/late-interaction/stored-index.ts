/**
 * The late-interaction index of a stored collection by one checkpoint.
 *
 *   codec    centroids, cutoffs, weights                         made of a sample, stored first
 *   parts    0 ──── 3,100 │ ──── 6,240 │                         documents (stored-parts.ts)
 *
 * A build that was broken off before its codec was stored starts clean; later it goes on after its last part.
 */
import * as tf from '@tensorflow/tfjs';
import type { Library, StoredIndex, TextBatch } from '../../storage/library';
import { covered, storeInParts, type MadeDocuments } from '../stored-parts';
import { invertedLists, joinedVectors, type CompressedIndex, type CompressedVectors } from './compressed-index';
import type { LateInteractionModel } from './model';
import { deviceCentroids, nearestCentroids } from './nearest-centroids';
import type { IndexingProgress } from './progress';
import { bytesPerVector, compress, type ResidualCodec } from './residual-codec';
import { encodeTexts } from './token-vectors';
import { trainCodec } from './train-codec';

const VERSION = 1;

const nameOf = (checkpoint: string) => `late-interaction ${checkpoint}`;

interface PartMeta {
  version: number;
  ids: string[];
}

export interface BuildOptions {
  signal?: AbortSignal;
  /** Less than usual only in tests. */
  partBytes?: number;
}

/**
 * Opens the index, after indexing what is not indexed yet. Yields progress while it does, returns the index.
 * @throws NotStoredError, StorageFullError, the signal's reason; what was indexed until then stays.
 */
export async function* openLateInteractionIndex(
  library: Library,
  collection: string,
  model: LateInteractionModel,
  { signal, partBytes }: BuildOptions = {},
): AsyncGenerator<IndexingProgress, CompressedIndex, void> {
  const name = nameOf(model.id);
  const release = await library.claimIndex(collection, name);
  try {
    let codec = codecOf(await library.getIndex(collection, name));
    if (!codec) {
      await library.dropIndex(collection, name);
      codec = yield* trainCodec(library, collection, model, signal);
      await library.putIndex(collection, name, { version: VERSION }, storedCodec(codec));
    }
    yield* storeInParts<CompressedVectors>(library, collection, name, {
      make: (batches) => compressed(batches, model, codec, signal),
      part: (ids, vectors) => ({
        meta: { version: VERSION, ids } satisfies PartMeta,
        arrays: { ...joinedVectors(vectors) },
      }),
      partBytes,
    });
    return await read(library, collection, name, codec);
  } finally {
    release();
  }
}

/** How many documents of a collection are indexed by a checkpoint. */
export async function indexedDocuments(library: Library, collection: string, checkpoint: string): Promise<number> {
  return covered(await library.indexParts(collection, nameOf(checkpoint)));
}

async function* compressed(
  batches: AsyncIterable<TextBatch>,
  { encoder, inputs }: LateInteractionModel,
  codec: ResidualCodec,
  signal: AbortSignal | undefined,
): AsyncGenerator<MadeDocuments<CompressedVectors>, void, void> {
  const centroids = deviceCentroids(codec.centroids, codec.dimension, 'product');
  const vectorBytes = bytesPerVector(codec.dimension) + Uint32Array.BYTES_PER_ELEMENT;
  try {
    for await (const { ids, texts } of batches) {
      for await (const { first, vectors } of encodeTexts(encoder, texts.map(inputs.document))) {
        signal?.throwIfAborted();
        const codes = await nearestCentroids(centroids, vectors.values, signal);
        const residuals = compress(codec, vectors.values, codes);
        yield {
          ids: ids.slice(first, first + vectors.offsets.length - 1),
          made: { codes, residuals, offsets: Uint32Array.from(vectors.offsets) },
          bytes: codes.length * vectorBytes,
        };
      }
    }
  } finally {
    tf.dispose([centroids.weight, centroids.bias]);
  }
}

async function read(
  library: Library,
  collection: string,
  name: string,
  codec: ResidualCodec,
): Promise<CompressedIndex> {
  const parts: CompressedVectors[] = [];
  const ids: string[] = [];
  for (const { first } of await library.indexParts(collection, name)) {
    const { meta, arrays } = await library.readIndexPart(collection, name, first);
    for (const id of (meta as PartMeta).ids) ids.push(id);
    parts.push(arrays as unknown as CompressedVectors);
  }
  const vectors = joinedVectors(parts);
  const lists = invertedLists(vectors, codec.centroids.length / codec.dimension);
  return { ...vectors, codec, lists, ids };
}

const storedCodec = ({ dimension, centroids, cutoffs, weights }: ResidualCodec) => ({
  dimension: Uint32Array.of(dimension),
  centroids,
  cutoffs,
  weights,
});

/** Undefined where there is none, or one of another version. */
function codecOf(stored: StoredIndex | undefined): ResidualCodec | undefined {
  if ((stored?.meta as PartMeta | undefined)?.version !== VERSION) return undefined;
  const { dimension, centroids, cutoffs, weights } = stored!.arrays as Record<string, Float32Array>;
  return { dimension: dimension![0]!, centroids: centroids!, cutoffs: cutoffs!, weights: weights! };
}
