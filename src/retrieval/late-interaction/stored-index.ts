/**
 * The late-interaction index of a stored collection by one checkpoint.
 *
 *   codec    centroids, cutoffs, weights                         made of a sample, stored first
 *   parts    0 ──── 3,100 │ ──── 6,240 │                         documents, each part in one transaction
 *
 * A build that was broken off before its codec was stored starts clean; later it goes on after its last part, as it does for a
 * collection that has grown.
 */
import * as tf from '@tensorflow/tfjs';
import type { Library, StoredIndex, TextBatch } from '../../storage/library';
import { invertedLists, joinedVectors, type CompressedIndex, type CompressedVectors } from './compressed-index';
import type { LateInteractionModel } from './model';
import { deviceCentroids, nearestCentroids, type DeviceCentroids } from './nearest-centroids';
import { timed, type IndexingProgress } from './progress';
import { bytesPerVector, compress, type ResidualCodec } from './residual-codec';
import { encodeTexts } from './token-vectors';
import { trainCodec } from './train-codec';

const VERSION = 1;
const PART_BYTES = 32 << 20;
/** What an interruption may lose. */
const PART_MS = 60_000;

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
  { signal, partBytes = PART_BYTES }: BuildOptions = {},
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
    yield* indexRest(library, collection, model, codec, partBytes, signal);
    return await read(library, collection, name, codec);
  } finally {
    release();
  }
}

/** How many documents of a collection are indexed by a checkpoint. */
export async function indexedDocuments(library: Library, collection: string, checkpoint: string): Promise<number> {
  const parts = await library.indexParts(collection, nameOf(checkpoint));
  return parts.reduce((sum, { documents }) => sum + documents, 0);
}

async function* indexRest(
  library: Library,
  collection: string,
  model: LateInteractionModel,
  codec: ResidualCodec,
  partBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<IndexingProgress, void, void> {
  const total = (await library.dataset(collection))?.count ?? 0;
  let first = await indexedDocuments(library, collection, model.id);
  if (first >= total) return;
  const encoding = timed('encoding', total, first);
  const centroids = deviceCentroids(codec.centroids, codec.dimension, 'product');
  const vectorBytes = bytesPerVector(codec.dimension) + Uint32Array.BYTES_PER_ELEMENT;
  let [part, ids, bytes, since]: [CompressedVectors[], string[], number, number] = [[], [], 0, Date.now()];
  const store = async () => {
    if (ids.length === 0) return;
    const meta: PartMeta = { version: VERSION, ids };
    const documents = ids.length;
    await library.putIndexPart(collection, nameOf(model.id), { first, documents, meta }, { ...joinedVectors(part) });
    first += documents;
    [part, ids, bytes, since] = [[], [], 0, Date.now()];
  };
  try {
    for await (const batch of library.batches(collection, first)) {
      for await (const encoded of compressed(batch, model, codec, centroids, signal)) {
        part.push(encoded.vectors);
        ids.push(...encoded.ids);
        bytes += encoded.vectors.codes.length * vectorBytes;
        yield encoding(first + ids.length);
        if (bytes >= partBytes || Date.now() - since > PART_MS) await store();
      }
    }
    await store();
  } finally {
    tf.dispose([centroids.weight, centroids.bias]);
  }
}

async function* compressed(
  { ids, texts }: TextBatch,
  { encoder, inputs }: LateInteractionModel,
  codec: ResidualCodec,
  centroids: DeviceCentroids,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ ids: string[]; vectors: CompressedVectors }> {
  for await (const { first, vectors } of encodeTexts(encoder, texts.map(inputs.document))) {
    signal?.throwIfAborted();
    const codes = await nearestCentroids(centroids, vectors.values, signal);
    yield {
      ids: ids.slice(first, first + vectors.offsets.length - 1),
      vectors: { codes, residuals: compress(codec, vectors.values, codes), offsets: Uint32Array.from(vectors.offsets) },
    };
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
