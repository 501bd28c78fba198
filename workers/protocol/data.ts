/** The data worker's interface, in the parts that it is made of (`workers/data/`). */
import type { DataHealth, HealthQuestion } from '../../src/experiments/data-health';
import type { EvaluationRequest, EvaluationResult } from '../../src/experiments/evaluate-stored';
import type { ExperimentEvent } from '../../src/experiments/events';
import type { NamedFile } from '../../src/experiments/export-checkpoint';
import type { CheckpointFormat } from '../../src/experiments/exports/checkpoint-formats';
import type { SamplingAnswer, SamplingQuestion } from '../../src/experiments/explain-sampling';
import type { PreprocessEvent, PreprocessRequest } from '../../src/experiments/preprocess';
import type { Progress } from '../../src/experiments/progress';
import type { NewExperimentRequest } from '../../src/experiments/run-experiment';
import type { LineError, TextRecord } from '../../src/formats/records';
import type { Checkpoint, Dataset, DatasetKind, Experiment } from '../../src/storage/entries';
import type { Deletable, StorageReport } from '../../src/storage/library';
import type { Stream } from '../stream';
import type { RunsApi } from './first-stages';
import type { HubApi } from './hub';

export type { StorageReport };

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
  /** A collection or queries that the file's are added to, after those that are there, instead of making a new one. */
  appendTo?: string;
  /** Go on when more than 1% of the lines are bad, instead of asking with a `question` event. */
  acceptBadLines?: boolean;
}

export type ImportEvent =
  | { type: 'progress'; records: number; bytesRead: number; totalBytes: number; badLines: number; errors: LineError[] }
  /** More than 1% of the lines are bad: `answerImport` goes on or rolls back. */
  | { type: 'question'; records: number; badLines: number; errors: LineError[] }
  | { type: 'done'; dataset: Dataset; badLines: number; errors: LineError[] };

/** One line of the browser of a data set. */
export interface BrowseRow {
  /** Document, query, or "query · document". */
  id: string;
  text: string;
}

/** What is stored, and what is deleted. */
export interface EntriesApi {
  datasets(): Promise<Dataset[]>;
  checkpoints(): Promise<Checkpoint[]>;
  experiments(): Promise<Experiment[]>;
  experimentLog(id: string): Promise<ExperimentEvent[]>;
  storage(): Promise<StorageReport>;
  /** Asks the browser to keep the data; true if it agreed. */
  persist(): Promise<boolean>;
  /** Marks a data set, checkpoint or experiment deleted; `restore` undoes it until `purge` frees the space. */
  remove(entry: Deletable, id: string): Promise<void>;
  restore(entry: Deletable, id: string): Promise<void>;
  purge(): Promise<void>;
  /** What `remove` marked and `purge` has not freed. */
  deleted(): Promise<{ datasets: Dataset[]; checkpoints: Checkpoint[]; experiments: Experiment[] }>;
}

/** Files in and out. */
export interface FilesApi {
  preview(file: File | Blob, fileName: string): Promise<FilePreview>;
  importDataset(request: ImportRequest): Promise<Stream<ImportEvent>>;
  /** Answers an import's `question`. */
  answerImport(goOn: boolean): Promise<void>;
  /** Removes what an import left behind that was broken off by a closed tab. */
  rollbackImport(dataset: string): Promise<void>;
  /** Whole, in its usual format (TSV, TREC qrels, TREC run). */
  exportDataset(dataset: string): Promise<Blob>;
  /** The HF files of a model: config.json, model.safetensors, tokenizer.json … */
  importCheckpoint(name: string, files: { name: string; file: File | Blob }[], source?: string): Promise<Checkpoint>;
  /** As `hf` unless told otherwise. */
  exportCheckpoint(checkpoint: string, format?: CheckpointFormat): Promise<NamedFile[]>;
  /** An experiment as a Lightning IR project. */
  exportProject(request: NewExperimentRequest): Promise<Stream<Progress | { type: 'done'; files: NamedFile[] }>>;
  /** Imports the embedded demo (collection, queries, qrels, teacher run, model) unless it is there. */
  installDemo(): Promise<Stream<Progress>>;
}

/** What is in the data sets, and what can be made of them without the GPU. */
export interface ContentsApi {
  /** A page of a data set: `search` keeps rows whose id or text contains it. Another search ends the one before it. */
  browse(
    dataset: string,
    offset: number,
    limit: number,
    search?: string,
  ): Promise<{ rows: BrowseRow[]; total: number }>;
  /** The row of exactly this id, at once, however large the data set is. */
  find(dataset: string, id: string): Promise<BrowseRow | undefined>;
  texts(dataset: string, ids: string[]): Promise<TextRecord[]>;
  /** A query's judgements: document → grade. */
  judgements(qrels: string, query: string): Promise<Record<string, number>>;
  /** Turns a teacher's permutations or a ColBERT run into runs for training and evaluation, split by query. */
  preprocess(request: PreprocessRequest): Promise<Stream<PreprocessEvent>>;
  /** Measures of stored runs against stored qrels; significance against the baseline where there is one. */
  evaluate(request: EvaluationRequest): Promise<EvaluationResult>;
  /** Whether data sets belong together, and what is wrong in them. */
  health(question: HealthQuestion): Promise<DataHealth>;
  /** What a sampler draws for a query of a stored run, and why. */
  explainSampling(question: SamplingQuestion): Promise<SamplingAnswer>;
}

export interface DataApi extends EntriesApi, FilesApi, ContentsApi, HubApi, RunsApi {}
