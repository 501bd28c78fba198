/**
 * What is made of a stored collection in parts of consecutive documents, each stored in one transaction. What a closed tab broke off, and
 * a collection that has grown, go on after the last part.
 */
import type { IndexPart, Library, StoredIndex, TextBatch } from '../storage/library';
import { timed, type IndexingProgress } from './late-interaction/progress';

const PART_BYTES = 32 << 20;
/** What an interruption may lose. */
const PART_MS = 60_000;

/** What was made of some consecutive documents. */
export interface MadeDocuments<Made> {
  ids: string[];
  made: Made;
  /** That it takes in a part. */
  bytes: number;
}

export interface PartMaker<Made> {
  /** Encodes documents in their order, some at a time. It is not asked where there is nothing to do. */
  make(batches: AsyncIterable<TextBatch>): AsyncIterable<MadeDocuments<Made>>;
  /** What is stored of them. */
  part(ids: string[], made: readonly Made[]): StoredIndex;
  /** Less than usual only in tests. */
  partBytes?: number;
}

/** How many documents the parts have together. */
export const covered = (parts: readonly IndexPart[]) => parts.reduce((sum, { documents }) => sum + documents, 0);

/** Makes and stores what the collection's index of that name has not yet. The caller has claimed it. @throws NotStoredError, StorageFullError. */
export async function* storeInParts<Made>(
  library: Library,
  collection: string,
  name: string,
  { make, part, partBytes = PART_BYTES }: PartMaker<Made>,
): AsyncGenerator<IndexingProgress, void, void> {
  const total = (await library.dataset(collection))?.count ?? 0;
  let first = covered(await library.indexParts(collection, name));
  if (first >= total) return;
  const encoding = timed('encoding', total, first);
  let [ids, made, bytes, since]: [string[], Made[], number, number] = [[], [], 0, Date.now()];
  const store = async () => {
    if (ids.length === 0) return;
    const documents = ids.length;
    const { meta, arrays } = part(ids, made);
    await library.putIndexPart(collection, name, { first, documents, meta }, arrays);
    first += documents;
    [ids, made, bytes, since] = [[], [], 0, Date.now()];
  };
  for await (const some of make(library.batches(collection, first))) {
    ids.push(...some.ids);
    made.push(some.made);
    bytes += some.bytes;
    yield encoding(first + ids.length);
    if (bytes >= partBytes || Date.now() - since > PART_MS) await store();
  }
  await store();
}
