/** The stores of the database, version 4. How older ones become this: `migrations.ts`. */
import type { DBSchema } from 'idb';
import type { Checkpoint, Dataset, Download, Experiment, Teaching } from './entries';

/** What is remembered of an entry besides itself: the state that `restore` brings back. */
export type Stored<Entry extends { state: string }> = Entry & { stateBefore?: Entry['state'] };

/** An import that is not finished: enough to recognise its file again. */
export interface UnfinishedImport {
  /** Rolling hash of the records stored so far. */
  checksum: number;
  /** Sequence number of the next part of a ranking. */
  sequence: number;
}

/**
 * Some hundred consecutive documents or queries in one value. Texts are UTF-8 end to end, so that reading one text copies
 * bytes and decodes no other.
 */
export interface TextBlock {
  ids: string[];
  utf8: Uint8Array;
  /** Where each text begins; one entry more than there are texts. */
  offsets: Uint32Array;
  /** Line of the file that each stood on, 0 where unknown. */
  lines: Uint32Array;
}

/** Documents whose ids' hashes have the same upper bits. */
export interface IdBucket {
  hashes: Uint32Array;
  /** The document's number in its data set, from 0. */
  numbers: Uint32Array;
}

/** Lines of one query in a run or in qrels: those that one transaction stored. */
export interface RankingPart {
  documents: string[];
  /** Ranks of a run, or relevance. */
  grades: Int32Array;
  /** Of a run. */
  scores?: Float64Array;
}

/** Where an array lies in the chunks of its owner. */
export interface ArrayPlace {
  name: string;
  shape: number[];
  type: string;
  /** First byte, counted through all chunks. */
  begin: number;
  bytes: number;
}

/** Named arrays that were stored together: weights, moments, postings. */
export interface Manifest {
  /** Under which the chunks lie: new for each writing, so that old and new never mix. */
  owner: string;
  chunkBytes: number;
  arrays: ArrayPlace[];
  meta: unknown;
}

export interface LibrarySchema extends DBSchema {
  datasets: { key: string; value: Stored<Dataset> };
  /** By data set. */
  imports: { key: string; value: UnfinishedImport };
  /** By data set and number of the first text. */
  texts: { key: [string, number]; value: TextBlock };
  /** By data set: the number of the first text of each block. To ask IndexedDB for the keys would read the values too. */
  directories: { key: string; value: Uint32Array };
  /** By data set and upper bits of the hash. */
  buckets: { key: [string, number]; value: IdBucket };
  /** By data set, query and sequence number. */
  rankings: { key: [string, string, number]; value: RankingPart };
  checkpoints: { key: string; value: Stored<Checkpoint> };
  experiments: { key: string; value: Stored<Experiment> };
  /** By experiment and sequence number: the lines of one `appendLog`. */
  logs: { key: [string, number]; value: unknown[] };
  teachings: { key: string; value: Teaching };
  /** By teaching and query: what the teacher made of it so far. */
  taught: { key: [string, string]; value: unknown };
  downloads: { key: string; value: Download };
  /** By what the arrays are: ['checkpoint', id], ['index', collection, name], ['state', experiment, stage]. */
  manifests: { key: (string | number)[]; value: Manifest };
  /** By owner and number: pieces of arrays and of downloaded files. */
  chunks: { key: [string, number]; value: Uint8Array };
  /** Owners whose chunks are being written: left behind, they are swept up when the library is opened. */
  pending: { key: string; value: { createdAt: number } };
}
