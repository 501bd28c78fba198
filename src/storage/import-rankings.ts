import { hash32 } from '../formats/hash';
import type { Judgement, RunLine } from '../formats/records';
import { type Connection, startingWith } from './connection';
import type { ImportSink, Put } from './import-sink';
import { SeenDocuments } from './seen-documents';

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
  readonly #seen: SeenDocuments;
  #query: string | undefined;
  #queryHash = 0;
  /** Of the query. */
  #documents = new Set<string>();

  constructor(
    connection: Connection,
    private readonly dataset: string,
    private readonly kind: 'qrels' | 'run',
  ) {
    this.#seen = new SeenDocuments(async (query) => {
      const parts = await connection.db.getAll('rankings', startingWith(dataset, query));
      return parts.flatMap(({ documents }) => documents);
    });
  }

  take(record: Judgement | RunLine): string | undefined | Promise<string | undefined> {
    const { query } = record;
    if (query === this.#query) return this.#add(record);
    this.#query = query;
    this.#queryHash = hash32(query);
    const documents = this.#seen.of(query);
    if (documents instanceof Promise)
      return documents.then((read) => {
        this.#documents = read;
        return this.#add(record);
      });
    this.#documents = documents;
    return this.#add(record);
  }

  #add(record: Judgement | RunLine): string | undefined {
    const { query, document } = record;
    this.fingerprint = hash32(document, this.#queryHash);
    if (this.#documents.has(document))
      return `expected document ${document} once for query ${query}, found it a second time: the first one stands`;
    this.#documents.add(document);

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
    this.#seen.forget();
  }

  async finish(): Promise<void> {}
}
