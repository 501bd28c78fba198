/**
 * The vectors of a stored collection by one checkpoint, in parts of consecutive documents, each stored in one transaction. What a closed
 * tab broke off, and a collection that has grown, go on after the last part.
 */
import type { Library } from '../../storage/library';
import { timed, type IndexingProgress } from '../late-interaction/progress';
import { pooledVectors, type BiEncoder } from './pooled-vectors';

const PART_BYTES = 32 << 20;
/** What an interruption may lose. */
const PART_MS = 60_000;

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
  { signal, partBytes = PART_BYTES }: { signal?: AbortSignal; partBytes?: number } = {},
): AsyncGenerator<IndexingProgress, void, void> {
  const release = await library.claimIndex(collection, nameOf(model.id));
  try {
    const total = (await library.dataset(collection))?.count ?? 0;
    let first = await encodedDocuments(library, collection, model.id);
    if (first >= total) return;
    const encoding = timed('encoding', total, first);
    let [ids, parts, bytes, since]: [string[], Float32Array[], number, number] = [[], [], 0, Date.now()];
    const store = async () => {
      if (ids.length === 0) return;
      const [documents, meta] = [ids.length, { ids }];
      const arrays = { vectors: joined(parts) };
      await library.putIndexPart(collection, nameOf(model.id), { first, documents, meta }, arrays);
      first += documents;
      [ids, parts, bytes, since] = [[], [], 0, Date.now()];
    };
    for await (const batch of library.batches(collection, first)) {
      for await (const { first: at, vectors } of pooledVectors(model, batch.texts)) {
        signal?.throwIfAborted();
        ids.push(...batch.ids.slice(at, at + vectors.length / model.encoder.dimension));
        parts.push(vectors);
        bytes += vectors.byteLength;
        yield encoding(first + ids.length);
        if (bytes >= partBytes || Date.now() - since > PART_MS) await store();
      }
    }
    await store();
  } finally {
    release();
  }
}

/** How many documents of a collection are encoded by a checkpoint. */
export async function encodedDocuments(library: Library, collection: string, checkpoint: string): Promise<number> {
  const parts = await library.indexParts(collection, nameOf(checkpoint));
  return parts.reduce((sum, { documents }) => sum + documents, 0);
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
