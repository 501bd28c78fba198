/**
 * Which documents each query has already, while a run or qrels is imported. What has not been asked for in a while is forgotten, and
 * read again from what was stored of it: in a file whose lines stand query by query that never happens, and memory does not grow with
 * the file.
 */

/** Pairs of query and document that are kept in memory: some 25 MB. */
const KEPT_PAIRS = 1 << 18;

export class SeenDocuments {
  /** The query asked for last stands last. */
  readonly #kept = new Map<string, Set<string>>();
  /** Documents taken of each query that is forgotten. */
  readonly #forgotten = new Map<string, number>();

  /** @param stored a query's documents as stored, in the order they were taken. */
  constructor(
    private readonly stored: (query: string) => Promise<string[]>,
    private readonly keptPairs = KEPT_PAIRS,
  ) {}

  /** The query's documents so far; the caller adds to the set. */
  of(query: string): Set<string> | Promise<Set<string>> {
    const kept = this.#kept.get(query);
    if (kept) {
      this.#kept.delete(query);
      this.#kept.set(query, kept);
      return kept;
    }
    const taken = this.#forgotten.get(query);
    if (taken !== undefined) return this.#recall(query, taken);
    const documents = new Set<string>();
    this.#kept.set(query, documents);
    return documents;
  }

  /** To be called when all that was taken is stored. The query asked for last is never forgotten. */
  forget(): void {
    let pairs = 0;
    for (const documents of this.#kept.values()) pairs += documents.size;
    let left = this.#kept.size;
    for (const [query, documents] of this.#kept) {
      if (pairs <= this.keptPairs || --left === 0) return;
      this.#forgotten.set(query, documents.size);
      this.#kept.delete(query);
      pairs -= documents.size;
    }
  }

  /** An import that is gone on with has stored more of the query than was read again so far: only the first ones count. */
  async #recall(query: string, taken: number): Promise<Set<string>> {
    const documents = new Set((await this.stored(query)).slice(0, taken));
    this.#forgotten.delete(query);
    this.#kept.set(query, documents);
    return documents;
  }
}
