import type { TextRecord } from '../../formats/records';
import { Bm25Index } from './bm25-index';
import type { Segment } from './segment';
import { SegmentBuilder } from './segment-builder';
import { Vocabulary } from './vocabulary';

/** Postings that a builder collects before it makes a segment of them: 64 MB, twice that while it turns them over. */
const SEGMENT_POSTINGS = 4 << 20;
/** Terms that are remembered from segment to segment. */
const VOCABULARY_TERMS = 1 << 20;

/** An index of a small collection, in memory. */
export function buildBm25Index(collection: Iterable<TextRecord>): Bm25Index {
  const builder = new SegmentBuilder();
  for (const record of collection) builder.add(record);
  return new Bm25Index([builder.finish()]);
}

/** What making segments of a collection tells: how many documents were read so far, and each segment. */
export type SegmentEvent = { documents: number } | { segment: Segment };

/** Makes segments of a collection of any size, whose records come as they are read. */
export async function* buildSegments(
  collection: AsyncIterable<readonly TextRecord[]>,
  segmentPostings = SEGMENT_POSTINGS,
): AsyncGenerator<SegmentEvent, void> {
  let vocabulary = new Vocabulary();
  let builder = new SegmentBuilder(vocabulary);
  let documents = 0;
  for await (const records of collection) {
    for (const record of records) builder.add(record);
    documents += records.length;
    yield { documents };
    if (builder.postings < segmentPostings) continue;
    yield { segment: builder.finish() };
    if (vocabulary.terms.size > VOCABULARY_TERMS) vocabulary = new Vocabulary();
    builder = new SegmentBuilder(vocabulary);
  }
  if (builder.documents > 0) yield { segment: builder.finish() };
}
