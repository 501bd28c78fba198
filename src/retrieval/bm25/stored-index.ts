/**
 * The BM25 index of a stored collection. It is stored segment by segment, each in one transaction, and says by that how far it is:
 *
 *   collection   0 ─────────────────────────────────────────────── 900,000      (grows by appending)
 *   segments     0 ──── 400,000 │ ── 515,000 │                                  to do: from 515,000 on
 *
 * So a build that a closed tab broke off, and a collection that has grown, are one case: what is missing is indexed, nothing else.
 */
import type { TextRecord } from '../../formats/records';
import type { IndexPart, Library } from '../../storage/library';
import { covered } from '../stored-parts';
import { Bm25Index } from './bm25-index';
import { buildSegments } from './build-index';
import { mergedTail, WHEN_WHOLE, WHILE_BUILDING } from './merge-policy';
import { mergeSegments } from './merge-segments';
import { isSegment, loadSegment, storeSegment, type Segment } from './segment';

const NAME = 'bm25';

/** How far indexing is. */
export interface IndexingProgress {
  documents: number;
  /** Of the collection. */
  total: number;
}

/**
 * Opens the index, after indexing what is not indexed yet. Yields progress while it does, returns the index.
 * @param segmentPostings of a segment, before any merge: less than usual only in tests
 * @throws NotStoredError, StorageFullError; what was indexed until then stays.
 */
export async function* openStoredIndex(
  library: Library,
  collection: string,
  signal?: AbortSignal,
  segmentPostings?: number,
): AsyncGenerator<IndexingProgress, Bm25Index, void> {
  const release = await library.claimIndex(collection, NAME);
  try {
    let indexed = await indexedDocuments(library, collection);
    for (let total = await count(library, collection); indexed < total; total = await count(library, collection)) {
      const started = indexed;
      for await (const event of buildSegments(records(library, collection, indexed), segmentPostings)) {
        signal?.throwIfAborted();
        if ('documents' in event) {
          yield { documents: started + event.documents, total };
        } else {
          await put(library, collection, indexed, event.segment);
          indexed += event.segment.documents;
          await merge(library, collection, WHILE_BUILDING);
        }
      }
      if (indexed === started) break; // deleted meanwhile
      await merge(library, collection, WHEN_WHOLE);
    }
    return new Bm25Index(await read(library, collection, await library.indexParts(collection, NAME)));
  } finally {
    release();
  }
}

/** Whether all of a collection is indexed. */
export async function isIndexed(library: Library, collection: string): Promise<boolean> {
  const parts = await library.indexParts(collection, NAME);
  return parts.every(({ meta }) => isSegment(meta)) && covered(parts) === (await count(library, collection));
}

const count = async (library: Library, collection: string) => (await library.dataset(collection))?.count ?? 0;

/** How many documents are indexed; none after the index of another version was dropped. */
async function indexedDocuments(library: Library, collection: string): Promise<number> {
  const parts = await library.indexParts(collection, NAME);
  const indexed = covered(parts);
  const isUsable = parts.every(({ meta }) => isSegment(meta)) && indexed <= (await count(library, collection));
  const isOld = (await library.getIndex(collection, NAME)) !== undefined;
  if (isUsable && !isOld) return indexed;
  await library.dropIndex(collection, NAME);
  return 0;
}

async function* records(library: Library, collection: string, from: number): AsyncGenerator<TextRecord[]> {
  for await (const { ids, texts } of library.batches(collection, from))
    yield ids.map((id, i) => ({ id, text: texts[i]! }));
}

async function put(library: Library, collection: string, first: number, segment: Segment): Promise<void> {
  const { meta, arrays } = storeSegment(segment);
  await library.putIndexPart(collection, NAME, { first, documents: segment.documents, meta }, arrays);
}

async function read(library: Library, collection: string, parts: readonly IndexPart[]): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const { first } of parts) segments.push(loadSegment(await library.readIndexPart(collection, NAME, first)));
  return segments;
}

/** Merges the last segments where it is time to. */
async function merge(library: Library, collection: string, share: number): Promise<void> {
  const parts = await library.indexParts(collection, NAME);
  const tail = parts.slice(
    mergedTail(
      parts.map(({ bytes }) => bytes),
      share,
    ),
  );
  if (tail.length === 0) return;
  await put(library, collection, tail[0]!.first, mergeSegments(await read(library, collection, tail)));
}
