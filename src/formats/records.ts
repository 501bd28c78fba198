/**
 * The records that everything in the studio shares, in the field's own words.
 *
 *   collection ── TextRecord*            a document (passage): id and text; a title is joined to the text by one space
 *   queries ───── TextRecord*            a query: id and text
 *   qrels ─────── query → document → relevance          judgements, graded or binary
 *   run ───────── query → [document, rank, score]*      what a system retrieved, best first, rank from 1
 */

/** A document of a collection, or a query: they have the same shape. */
export interface TextRecord {
  id: string;
  text: string;
}

/** One line of a qrels file. */
export interface Judgement {
  query: string;
  document: string;
  /** Grade given by the assessor; 0 is not relevant, and negative grades occur in TREC files. */
  relevance: number;
}

/** One document in a query's ranking. */
export interface RankedDocument {
  document: string;
  /** From 1, as the file has it. */
  rank: number;
  score: number;
}

/** One line of a TREC run file, without its constant column. */
export interface RunLine extends RankedDocument {
  query: string;
  /** The last column: the name of the system. */
  system: string;
}

/** Judgements by query, then by document. */
export type Qrels = Map<string, Map<string, number>>;

/** Rankings by query, each in order of rank. */
export type Run = Map<string, RankedDocument[]>;

/** A line that could not be read: which file, which line (from 1), why, and what stood there (at most 80 characters). */
export interface LineError {
  file: string;
  line: number;
  reason: string;
  excerpt: string;
}

/** What a streaming parser yields: some records, the lines that it could not read, and how far it is in the file. */
export interface ParsedChunk<Record> {
  records: Record[];
  /** The line (from 1) that each record stood on, where there are lines: storage names it when an id comes twice. */
  lines?: ArrayLike<number>;
  errors: LineError[];
  /** Bytes of the file (compressed, if it is) read so far. */
  bytesRead: number;
}

/** Reads texts by id without loading the rest of the collection. */
export interface TextSource {
  /** Texts in the order of `ids`. Throws an error naming the first id that is not in the collection. */
  texts(ids: readonly string[]): Promise<string[]>;
}
