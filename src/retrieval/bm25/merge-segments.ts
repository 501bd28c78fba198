import { Growable } from './growable';
import { PostingsWriter, readPostings } from './postings';
import type { Segment } from './segment';
import { DictionaryCursor, DictionaryWriter } from './term-dictionary';

/**
 * One segment of several, in their order: the same, byte by byte, as if all documents had been added to one builder. A walk over
 * all dictionaries at once; each term's postings come one segment after the other.
 */
export function mergeSegments(segments: readonly Segment[]): Segment {
  const sum = (count: (segment: Segment) => number) => segments.reduce((total, each) => total + count(each), 0);
  const documents = sum((segment) => segment.documents);
  const lengths = new Uint8Array(documents);
  const ids = {
    bytes: new Uint8Array(sum((segment) => segment.ids.bytes.length)),
    offsets: new Uint32Array(documents + 1),
  };
  const sources: Source[] = [];
  let base = 0;
  let idBytes = 0;
  for (const segment of segments) {
    lengths.set(segment.lengths, base);
    ids.bytes.set(segment.ids.bytes, idBytes);
    for (let i = 1; i <= segment.documents; i++) ids.offsets[base + i] = idBytes + segment.ids.offsets[i]!;
    const cursor = new DictionaryCursor(segment.dictionary);
    if (cursor.next()) sources.push({ cursor, segment, base });
    base += segment.documents;
    idBytes += segment.ids.bytes.length;
  }

  const dictionary = new DictionaryWriter();
  const postings = new PostingsWriter(lengths);
  const termDocuments = new Growable<Int32Array>((length) => new Int32Array(length));
  const termFrequencies = new Growable<Int32Array>((length) => new Int32Array(length));
  while (sources.length > 0) {
    const { cursor: first } = sources.reduce((a, b) => (comesBefore(b, a) ? b : a));
    const term = first.term.slice(0, first.length);
    let frequency = 0;
    for (let i = 0; i < sources.length; i++) {
      const { cursor, segment, base } = sources[i]!;
      if (cursor.compare(term) !== 0) continue;
      termDocuments.reserve(cursor.documentFrequency);
      termFrequencies.reserve(cursor.documentFrequency);
      readPostings(segment.postings, cursor, termDocuments.array, termFrequencies.array, frequency, base);
      frequency += cursor.documentFrequency;
      termDocuments.length = termFrequencies.length = frequency;
      if (!cursor.next()) sources.splice(i--, 1);
    }
    postings.write(termDocuments.array, termFrequencies.array, 0, frequency);
    dictionary.add(term, frequency, postings.length);
    termDocuments.length = termFrequencies.length = 0;
  }
  return {
    documents,
    documentsWithTerms: sum((segment) => segment.documentsWithTerms),
    tokens: sum((segment) => segment.tokens),
    terms: dictionary.size,
    ids,
    lengths,
    dictionary: dictionary.finish(),
    postings: postings.finish(),
  };
}

/** A segment at the next of its terms. */
interface Source {
  cursor: DictionaryCursor;
  segment: Segment;
  /** What its documents' numbers count from. */
  base: number;
}

const comesBefore = (a: Source, b: Source) => a.cursor.compare(b.cursor.term, b.cursor.length) < 0;
