/**
 * The library: everything the studio keeps, in the browser's IndexedDB. This file is its interface; `open-library.ts`
 * makes one.
 *
 *   library
 *   ├─ data sets     collections and queries (blocks of texts + id buckets), qrels and runs (a value a query)
 *   ├─ indexes       BM25's typed arrays, a collection's; dropped with it
 *   ├─ checkpoints   small files + weights in chunks
 *   ├─ experiments   recipe, state, report + step logs + the state to resume training from
 *   ├─ downloads     a model on its way from the hub: its files in pieces
 *   └─ teachings     a teacher's request + its lists, query by query
 */
import type { NamedArray } from '../formats/named-array';
import type { RandomAccess } from '../formats/random-access';
import type {
  Judgement,
  LineError,
  ParsedChunk,
  Qrels,
  RankedDocument,
  Run,
  RunLine,
  TextRecord,
  TextSource,
} from '../formats/records';
import type { Checkpoint, Dataset, DatasetKind, Download, Experiment, Teaching } from './entries';

/** The records of each kind of data set. */
export interface DatasetRecords {
  collection: TextRecord;
  queries: TextRecord;
  qrels: Judgement;
  run: RunLine;
}

/** How far an import is. */
export interface ImportProgress {
  dataset: string;
  /** Records stored. */
  records: number;
  /** Bytes of the file (compressed, if it is) read so far. */
  bytesRead: number;
  badLines: number;
  /** The first 20 of the bad lines. */
  errors: LineError[];
}

export interface ImportOptions {
  /** Cancels and rolls back. */
  signal?: AbortSignal;
  /**
   * Asked once, when more than 1% of the file's lines are bad (or, before its end, more than 10% of 1000 or more): go on?
   * Without it such an import fails. A callback rather than a value sent into the generator, because it crosses a worker's border.
   */
  onBadLines?: (progress: ImportProgress) => boolean | Promise<boolean>;
  /** An unfinished import of the same file, to go on with: the records that it has are passed over. */
  resume?: string;
}

export interface NewDataset<Kind extends DatasetKind = DatasetKind> {
  kind: Kind;
  /** Gets ` (2)`, ` (3)` … where another data set of the kind has it. */
  name: string;
  /** File name, or the system that made it. */
  source: string;
  madeFrom?: Dataset['madeFrom'];
}

/** Documents or queries as stored, in order; `first` is the number of the first of them, from 0. */
export interface TextBatch {
  first: number;
  ids: string[];
  texts: string[];
}

/** A collection or queries, read by id. */
export interface StoredTexts extends TextSource {
  /** Those of `ids` that are not there, in order, each once. */
  unknown(ids: Iterable<string>): Promise<string[]>;
}

export type AnyTypedArray =
  Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Int16Array | Uint8Array | Int8Array;

/** An index of a collection: JSON and named typed arrays. */
export interface StoredIndex {
  meta: unknown;
  arrays: Record<string, AnyTypedArray>;
}

/** A part of an index that grows with its collection: of consecutive documents. */
export interface IndexPart {
  /** The number of the first of them in the collection, from 0. */
  first: number;
  documents: number;
  meta: unknown;
  /** Of its arrays. */
  bytes: number;
}

export type NewCheckpoint = Omit<Checkpoint, 'id' | 'parameters' | 'bytes' | 'createdAt' | 'state'>;
export type NewExperiment = Omit<Experiment, 'id' | 'createdAt' | 'finishedAt' | 'report'>;
export type NamedArrays = Iterable<NamedArray> | AsyncIterable<NamedArray>;

/** Where training stands: JSON (step, sampler, schedule, …) and tensors (weights, moments). */
export interface TrainingState {
  state: unknown;
  arrays: NamedArrays;
}

/** A stored state to resume from. */
export interface StoredTrainingState {
  state: unknown;
  /** Those whose names begin with the prefix, without it; the others are not read. */
  arrays(prefix?: string): AsyncIterable<NamedArray>;
}

/** A tensor that is stored, without its values. */
export interface TensorInfo {
  name: string;
  shape: number[];
}

/** What can be deleted, and brought back until it is purged. */
export type Deletable = 'dataset' | 'checkpoint' | 'experiment';

export interface StorageReport {
  /** Bytes that the origin uses, as the browser estimates them. */
  usage?: number;
  /** Bytes that the browser allows. */
  quota?: number;
  /** Whether the browser promised not to evict the data. */
  persisted: boolean;
}

/** What became different in the library, in this tab or another one. */
export interface LibraryChange {
  what: Deletable | 'index' | 'teaching';
  id: string;
}

export interface Library {
  readonly name: string;

  // Data sets
  /** Those that are ready, newest first. */
  datasets(kind?: DatasetKind): Promise<Dataset[]>;
  dataset(id: string): Promise<Dataset | undefined>;
  /** The ready data set of that kind and name. */
  datasetNamed(kind: DatasetKind, name: string): Promise<Dataset | undefined>;
  renameDataset(id: string, name: string): Promise<Dataset>;

  /**
   * Stores a data set chunk by chunk, a transaction each. Yields progress, returns the finished data set. Rolls back when
   * it fails, is cancelled, or the caller stops iterating. After a closed tab the data stay as an unfinished import.
   * @throws DuplicateIdError if an id comes twice, BadLinesError if there are too many bad lines, StorageFullError.
   */
  importDataset<Kind extends DatasetKind>(
    dataset: NewDataset<Kind>,
    chunks: AsyncIterable<ParsedChunk<DatasetRecords[Kind]>>,
    options?: ImportOptions,
  ): AsyncGenerator<ImportProgress, Dataset, void>;
  /**
   * Adds documents to a collection, or queries to queries, after those that are there; `source` is where they come from. The data set
   * stays as it was until all of them are stored, and when it fails, is cancelled, or the tab is closed.
   * @throws what `importDataset` throws; DuplicateIdError also for an id that the data set has already.
   */
  appendTexts(
    id: string,
    source: string,
    chunks: AsyncIterable<ParsedChunk<TextRecord>>,
    options?: Omit<ImportOptions, 'resume'>,
  ): AsyncGenerator<ImportProgress, Dataset, void>;
  /** Imports that a closed tab left behind; not those that run now. */
  unfinishedImports(): Promise<Dataset[]>;
  rollbackImport(id: string): Promise<void>;
  /** Stores a run that was made here. */
  writeRun(name: string, run: Run, madeFrom?: Dataset['madeFrom']): Promise<Dataset>;

  // Texts: collections and queries
  /** Texts by id, with a small cache. */
  texts(id: string): StoredTexts;
  /** All records in order, or those from a number on; a stored block (at most some hundred) a batch. */
  batches(id: string, from?: number): AsyncGenerator<TextBatch>;
  /** Records `offset` … `offset + limit − 1`, for browsing. */
  page(id: string, offset: number, limit: number): Promise<TextRecord[]>;
  /** The whole of it by id: for queries. */
  allTexts(id: string): Promise<Map<string, string>>;

  // Qrels and runs
  readQrels(id: string): Promise<Qrels>;
  readRun(id: string): Promise<Run>;
  /** A run query by query, in the order of the file: for those that need not fit in memory. */
  rankings(id: string): AsyncGenerator<{ query: string; ranking: RankedDocument[] }>;
  /** Query ids, in the order of the file. */
  queriesOf(id: string): Promise<string[]>;
  /** One query's judgements, by document. Empty where it has none. */
  readJudgements(id: string, query: string): Promise<Map<string, number>>;
  /** One query's ranking. Empty where it has none. */
  readRanking(id: string, query: string): Promise<RankedDocument[]>;

  // Indexes
  /** Replaces the collection's index of that name. */
  putIndex(collection: string, name: string, meta: unknown, arrays: Record<string, AnyTypedArray>): Promise<void>;
  getIndex(collection: string, name: string): Promise<StoredIndex | undefined>;
  /** Frees the collection's index of that name, all parts of it. */
  dropIndex(collection: string, name: string): Promise<void>;
  /** The parts of an index that is stored in parts, in order: together, the documents from 0 to some number, without a gap. */
  indexParts(collection: string, name: string): Promise<IndexPart[]>;
  /** @throws IndexChangedError if there is no part that begins there. */
  readIndexPart(collection: string, name: string, first: number): Promise<StoredIndex>;
  /**
   * Adds a part after the last one, or puts it in place of the parts with its documents, at one blow: a closed tab leaves the old
   * parts or the new one.
   * @throws IndexChangedError if the parts would have a gap or overlap then.
   */
  putIndexPart(
    collection: string,
    name: string,
    part: Omit<IndexPart, 'bytes'>,
    arrays: Record<string, AnyTypedArray>,
  ): Promise<void>;
  /** Waits until nobody else changes that index, in this tab or another one. The result gives it back. */
  claimIndex(collection: string, name: string): Promise<() => void>;

  // Checkpoints
  /** Ready ones, newest first. */
  checkpoints(): Promise<Checkpoint[]>;
  checkpoint(id: string): Promise<Checkpoint | undefined>;
  /** Stores weights as float32, tensor by tensor; the checkpoint shows when all of it is there. */
  putCheckpoint(checkpoint: NewCheckpoint, weights: NamedArrays): Promise<Checkpoint>;
  updateCheckpoint(id: string, changes: Partial<Pick<Checkpoint, 'name' | 'finished' | 'files'>>): Promise<Checkpoint>;
  /** Names and shapes of its tensors, in the order they were stored. */
  checkpointTensors(id: string): Promise<TensorInfo[]>;
  /** Tensor by tensor, holding one chunk at a time; only those of `names`, where given. */
  checkpointWeights(id: string, names?: readonly string[]): AsyncGenerator<NamedArray>;

  // Experiments
  /** All but the deleted, newest first. */
  experiments(): Promise<Experiment[]>;
  experiment(id: string): Promise<Experiment | undefined>;
  putExperiment(experiment: NewExperiment): Promise<Experiment>;
  updateExperiment(id: string, changes: Partial<Omit<Experiment, 'id' | 'createdAt'>>): Promise<Experiment>;
  /** Adds to the end of the experiment's log. */
  appendLog(experiment: string, lines: readonly unknown[]): Promise<void>;
  readLog(experiment: string): Promise<unknown[]>;
  /** Replaces the state to resume from of this stage (its index): the new one is whole before the old one goes. */
  putTrainingState(experiment: string, stage: number, state: TrainingState): Promise<void>;
  getTrainingState(experiment: string, stage: number): Promise<StoredTrainingState | undefined>;
  deleteTrainingState(experiment: string, stage: number): Promise<void>;

  // Models on their way from the hub
  /** Those that are not stored as checkpoints yet, newest first. */
  downloads(): Promise<Download[]>;
  /** Stores a new one, or returns what there is of it. */
  beginDownload(download: Download): Promise<Download>;
  /** Stores the next piece of a file. @throws NotStoredError when the download was discarded meanwhile, StorageFullError. */
  appendToDownload(id: string, file: string, piece: Uint8Array): Promise<void>;
  /** Frees what there is of a file: it turned out to be damaged. */
  restartDownload(id: string, file: string): Promise<void>;
  /** What there is of a file, to be read anywhere in it. */
  downloadedFile(id: string, file: string): Promise<RandomAccess>;
  /** Frees a download and all its pieces. */
  discardDownload(id: string): Promise<void>;
  /** Claims a download for this tab; undefined when it goes on in another one. The result gives it back. */
  claimDownload(id: string): Promise<(() => void) | undefined>;

  // A teacher's lists
  /** Newest first. */
  teachings(): Promise<Teaching[]>;
  teaching(id: string): Promise<Teaching | undefined>;
  /** Stores an entry, or what has changed of it. */
  putTeaching(teaching: Teaching): Promise<void>;
  /** What the teacher made of each query so far. */
  taught(id: string): Promise<Map<string, unknown>>;
  /** Stores one query's, and how many queries are done with it. */
  putTaught(id: string, query: string, list: unknown, done: number): Promise<void>;
  /** For good, with all its lists; the run that was made of them stays. */
  deleteTeaching(id: string): Promise<void>;

  // Deleting
  /** Marks as deleted; nothing is freed yet. */
  remove(what: Deletable, id: string): Promise<void>;
  /** Undoes `remove`. Gets a new name where another has taken it. */
  restore(what: Deletable, id: string): Promise<void>;
  deleted(): Promise<{ datasets: Dataset[]; checkpoints: Checkpoint[]; experiments: Experiment[] }>;
  /** Frees one deleted thing for good. */
  purge(what: Deletable, id: string): Promise<void>;
  /** Frees all that is marked as deleted. */
  purgeDeleted(): Promise<void>;

  // The browser's storage
  storageReport(): Promise<StorageReport>;
  /** Asks the browser not to evict the data. True if it promises. */
  persist(): Promise<boolean>;

  /** Tells of changes in this tab and others, until the returned function is called. */
  onChange(listener: (change: LibraryChange) => void): () => void;
  close(): void;
}
