import type { Bm25Index, IndexedTerm } from './bm25-index';
import { PostingList } from './posting-list';

/** What unpacked postings may take before those that were not wanted for the longest time are dropped. */
const KEPT_BYTES = 128 << 20;

/** A term of an index that is ready to be searched. */
export interface OpenedTerm extends IndexedTerm {
  /** By segment. */
  lists: (PostingList | undefined)[];
}

/** The terms that were searched lately, opened: their postings stay unpacked from search to search. */
export class PostingLists {
  /** Those wanted last come last. */
  private readonly opened = new Map<string, OpenedTerm>();
  private bytes = 0;

  constructor(
    private readonly index: Bm25Index,
    private readonly inverseNorms: Float32Array,
    private readonly keptBytes = KEPT_BYTES,
  ) {}

  /** A term's postings; undefined where no document has it. */
  get(term: string): OpenedTerm | undefined {
    const known = this.opened.get(term);
    if (known) {
      this.opened.delete(term);
      this.opened.set(term, known);
      return known;
    }
    const found = this.index.find(term);
    if (found.documentFrequency === 0) return undefined;
    const lists = found.places.map((place, i) => {
      const { postings, lengths } = this.index.segments[i]!;
      return place && new PostingList(postings, place, lengths, this.inverseNorms);
    });
    const opened = { ...found, lists };
    this.opened.set(term, opened);
    this.bytes += bytesOf(opened);
    for (const [oldest, { lists }] of this.opened) {
      if (this.bytes <= this.keptBytes || oldest === term) break;
      this.opened.delete(oldest);
      this.bytes -= bytesOf({ lists });
    }
    return opened;
  }
}

const bytesOf = ({ lists }: Pick<OpenedTerm, 'lists'>) => lists.reduce((sum, list) => sum + (list?.bytes ?? 0), 0);
