/**
 * What the page and its three workers say to each other: one typed interface a worker, called through Comlink.
 *
 *   page ──▶ data       imports, browsing, deletion, checkpoints in and out, the embedded demo
 *        ──▶ retrieval  BM25 indexes, search, first-stage runs
 *        ──▶ ranker     owns the GPU: experiments, re-ranking, scoring
 *
 * The workers share nothing but the library (IndexedDB). Whatever takes long returns a `Stream`: a port over which the
 * worker pushes events; `received(stream)` (stream.ts) makes an async iterable of it, and leaving the loop cancels the work.
 */
import type { EvaluationResult } from '../src/experiments/evaluate-stored';
import type { ExperimentEvent } from '../src/experiments/events';
import type { NewExperimentRequest } from '../src/experiments/run-experiment';
import type { PreprocessEvent, PreprocessRequest } from '../src/experiments/preprocess';
import type { LineError, RankedDocument, TextRecord } from '../src/formats/records';
import type { ScoreExplanation } from '../src/retrieval/bm25/searcher';
import type { Checkpoint, Dataset, DatasetKind, Experiment } from '../src/storage/entries';
import type { Stream } from './stream';

/** What the first bytes of a file say: shown before the import, and the user may correct it. */
export interface FilePreview {
  /** Undefined when nothing could be recognised; `reason` says what was looked for. */
  kind?: DatasetKind;
  /** In words: "TREC run, 6 columns", "JSONL (BEIR), gzip". */
  format?: string;
  reason?: string;
  /** The first few records in words, at most 5. */
  sample: string[];
}

export interface ImportRequest {
  kind: DatasetKind;
  /** Made unique among the data sets of the kind. */
  name: string;
  file: File | Blob;
  /** Shown in errors by line. */
  fileName: string;
  /** What the data set says of its origin; the file's name if left out. */
  source?: string;
  /** Go on when more than 1% of the lines are bad, instead of asking with a `question` event. */
  acceptBadLines?: boolean;
}

export type ImportEvent =
  | { type: 'progress'; records: number; bytesRead: number; totalBytes: number; badLines: number; errors: LineError[] }
  /** More than 1% of the lines are bad: `answerImport` goes on or rolls back. */
  | { type: 'question'; records: number; badLines: number; errors: LineError[] }
  | { type: 'done'; dataset: Dataset; badLines: number; errors: LineError[] };

export interface StorageReport {
  /** Bytes, as the browser estimates them. */
  usage: number;
  quota: number;
  persisted: boolean;
}

/** One line of the browser of a data set. */
export interface BrowseRow {
  /** Document, query, or "query · document". */
  id: string;
  text: string;
}

export interface DataApi {
  datasets(): Promise<Dataset[]>;
  checkpoints(): Promise<Checkpoint[]>;
  experiments(): Promise<Experiment[]>;
  experimentLog(id: string): Promise<ExperimentEvent[]>;
  storage(): Promise<StorageReport>;
  /** Asks the browser to keep the data; true if it agreed. */
  persist(): Promise<boolean>;
  preview(file: File | Blob, fileName: string): Promise<FilePreview>;
  importDataset(request: ImportRequest): Promise<Stream<ImportEvent>>;
  /** Answers an import's `question`. */
  answerImport(goOn: boolean): Promise<void>;
  /** A page of a data set: `search` keeps rows whose id or text contains it. */
  browse(
    dataset: string,
    offset: number,
    limit: number,
    search?: string,
  ): Promise<{ rows: BrowseRow[]; total: number }>;
  texts(dataset: string, ids: string[]): Promise<TextRecord[]>;
  /** A query's judgements: document → grade. */
  judgements(qrels: string, query: string): Promise<Record<string, number>>;
  /** Turns a teacher's permutations or a ColBERT run into runs for training and evaluation, split by query. */
  preprocess(request: PreprocessRequest): Promise<Stream<PreprocessEvent>>;
  /** Whole, in its usual format (TSV, TREC qrels, TREC run). */
  exportDataset(dataset: string): Promise<Blob>;
  /** The HF files of a model: config.json, model.safetensors, tokenizer.json … */
  importCheckpoint(name: string, files: { name: string; file: File | Blob }[], source?: string): Promise<Checkpoint>;
  exportCheckpoint(checkpoint: string): Promise<{ name: string; file: Blob }[]>;
  /** Measures of stored runs against stored qrels; significance against the baseline where there is one. */
  evaluate(request: { qrels: string; run: string; baseline?: string; measures: string[] }): Promise<EvaluationResult>;
  /** Imports the embedded demo (collection, queries, qrels, teacher run, model) unless it is there. */
  installDemo(): Promise<Stream<{ type: 'progress'; what: string; done: number; total: number }>>;
  /** Marks a data set, checkpoint or experiment deleted; `restore` undoes it until `purge` frees the space. */
  remove(entry: 'dataset' | 'checkpoint' | 'experiment', id: string): Promise<void>;
  restore(entry: 'dataset' | 'checkpoint' | 'experiment', id: string): Promise<void>;
  /** Removes what an import left behind that was broken off by a closed tab. */
  rollbackImport(dataset: string): Promise<void>;
  purge(): Promise<void>;
  /** What `remove` marked and `purge` has not freed. */
  deleted(): Promise<{ datasets: Dataset[]; checkpoints: Checkpoint[]; experiments: Experiment[] }>;
}

export type RunRequest = NewExperimentRequest;

export interface IndexProgress {
  type: 'progress';
  what: string;
  done: number;
  total: number;
}

export interface RetrievalApi {
  /** Builds the collection's BM25 index unless it is stored. */
  buildIndex(collection: string): Promise<Stream<IndexProgress>>;
  search(collection: string, query: string, depth: number): Promise<RankedDocument[]>;
  /** Why a document scores as it does, term by term. */
  explain(collection: string, query: string, document: string): Promise<ScoreExplanation>;
  /** A BM25 run of stored queries over a stored collection, stored as a run. */
  bm25Run(request: {
    collection: string;
    queries: string;
    k1: number;
    b: number;
    depth: number;
    name: string;
  }): Promise<Stream<IndexProgress | { type: 'done'; dataset: Dataset }>>;
}

/** The device in words, and why it was chosen. */
export interface DeviceReport {
  backend: 'webgpu' | 'wasm' | 'cpu';
  /** "NVIDIA GeForce RTX 4070 (ada)", "SwiftShader", "2 threads, SIMD". */
  adapter: string;
  /** Why WebGPU is not used, in a sentence, or a warning about the adapter. */
  because?: string;
  /** The device's limits in words. */
  limits: string;
  features: string[];
}

export interface RankerApi {
  /** Opens the device: WebGPU first, wasm second, unless one is asked for. Names it, and says why when it fell back. */
  open(backend?: 'webgpu' | 'wasm'): Promise<DeviceReport>;
  /** Runs a recipe. The first event names the experiment, which is stored from then on. */
  run(request: RunRequest): Promise<Stream<ExperimentEvent>>;
  /** Goes on with an experiment that was paused, cancelled, or broken off by a closed tab. */
  resume(experiment: string): Promise<Stream<ExperimentEvent>>;
  /** Stops after the step in progress, with everything stored to go on even after the tab was closed. */
  pause(): Promise<void>;
  /** Goes on after a pause. */
  goOn(): Promise<void>;
  /** Re-ranks a stored run to a depth and stores the result as a run. */
  rerank(request: {
    checkpoint: string;
    collection: string;
    queries: string;
    run: string;
    depth: number;
    batchSize?: number;
    head?: string;
    name: string;
  }): Promise<Stream<IndexProgress | { type: 'done'; dataset: Dataset }>>;
  /** Raw scores (logits) of documents for a query, in their order. */
  score(request: { checkpoint: string; query: string; documents: string[] }): Promise<number[]>;
}
