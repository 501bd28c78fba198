import { hash32 } from '../formats/hash';
import type { Judgement, RunLine } from '../formats/records';
import { IdTable } from './id-table';
import type { ImportSink, Put } from './import-sink';

/** The lines of one query that wait to be stored. */
interface PendingPart {
  documents: string[];
  grades: number[];
  scores: number[];
}

/** Takes judgements or run lines: a value for each query of a transaction. */
export class RankingSink implements ImportSink<Judgement | RunLine> {
  readonly stores = ['rankings' as const];
  sequence = 0;
  fingerprint = 0;
  bytes = 0;
  pendingBytes = 0;
  /** The system's name of the first run line. */
  system: string | undefined;
  #parts = new Map<string, PendingPart>();
  /** Pairs of query and document, by two hashes: 7 million pairs have one false duplicate in a million files. */
  #pairs = new IdTable();
  #query = '';
  #queryHash = hash32('');

  constructor(
    private readonly dataset: string,
    private readonly kind: 'qrels' | 'run',
  ) {}

  take(record: Judgement | RunLine): string | undefined {
    const { query, document } = record;
    if (query !== this.#query) {
      this.#query = query;
      this.#queryHash = hash32(query);
    }
    const hash = hash32(document, this.#queryHash);
    // One below 2^32 less: the table keeps number + 1.
    const second = Math.min(hash32(document, ~this.#queryHash), 0xfffffffe);
    this.fingerprint = hash;
    if (this.#pairs.numbersOf(hash).includes(second))
      return `expected document ${document} once for query ${query}, found it a second time: the first one stands`;
    this.#pairs.add(hash, second);

    let part = this.#parts.get(query);
    if (!part) this.#parts.set(query, (part = { documents: [], grades: [], scores: [] }));
    part.documents.push(document);
    if ('score' in record) {
      this.system ??= record.system;
      part.grades.push(record.rank);
      part.scores.push(record.score);
    } else part.grades.push(record.relevance);
    const bytes = document.length + ('score' in record ? 12 : 4);
    this.bytes += bytes;
    this.pendingBytes += bytes;
    return undefined;
  }

  flush(put: Put): Promise<unknown> {
    const writes = [...this.#parts].map(([query, { documents, grades, scores }]) => {
      const part = { documents, grades: Int32Array.from(grades) };
      const value = this.kind === 'run' ? { ...part, scores: Float64Array.from(scores) } : part;
      return put('rankings', value, [this.dataset, query, this.sequence++]);
    });
    this.drop();
    return Promise.all(writes);
  }

  drop(): void {
    this.#parts.clear();
    this.pendingBytes = 0;
  }

  async finish(): Promise<void> {}
}
