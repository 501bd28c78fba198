/** The vectors of a stored collection by one checkpoint, in parts (stored-parts.ts). */
import type { Library } from '../../storage/library';
import type { IndexingProgress } from '../late-interaction/progress';
import { covered, storeInParts } from '../stored-parts';
import { pooledVectors, type BiEncoder } from './pooled-vectors';

const nameOf = (checkpoint: string) => `dense ${checkpoint}`;

/** Consecutive documents. */
export interface DensePart {
  ids: string[];
  /** [documents · dimension], each of length 1. */
  vectors: Float32Array;
}

/** Encodes what of the collection is not encoded yet. @throws NotStoredError, StorageFullError, the signal's reason. */
export async function* encodeCollection(
  library: Library,
  collection: string,
  model: BiEncoder,
  { signal, partBytes }: { signal?: AbortSignal; partBytes?: number } = {},
): AsyncGenerator<IndexingProgress, void, void> {
  const release = await library.claimIndex(collection, nameOf(model.id));
  try {
    yield* storeInParts<Float32Array>(library, collection, nameOf(model.id), {
      async *make(batches) {
        for await (const { ids, texts } of batches) {
          for await (const { first, vectors } of pooledVectors(model, texts)) {
            signal?.throwIfAborted();
            const own = ids.slice(first, first + vectors.length / model.encoder.dimension);
            yield { ids: own, made: vectors, bytes: vectors.byteLength };
          }
        }
      },
      part: (ids, vectors) => ({ meta: { ids }, arrays: { vectors: joined(vectors) } }),
      partBytes,
    });
  } finally {
    release();
  }
}

/** How many documents of a collection are encoded by a checkpoint. */
export async function encodedDocuments(library: Library, collection: string, checkpoint: string): Promise<number> {
  return covered(await library.indexParts(collection, nameOf(checkpoint)));
}

/** The parts in order, one in memory at a time. */
export async function* denseParts(library: Library, collection: string, checkpoint: string): AsyncGenerator<DensePart> {
  const name = nameOf(checkpoint);
  for (const { first } of await library.indexParts(collection, name)) {
    const { meta, arrays } = await library.readIndexPart(collection, name, first);
    yield { ids: (meta as { ids: string[] }).ids, vectors: arrays['vectors'] as Float32Array };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
