/**
 * What the library (the browser's IndexedDB) holds, and what it says of each thing without reading it.
 */

export type DatasetKind = 'collection' | 'queries' | 'qrels' | 'run';

/** A stored collection, set of queries, qrels or run. */
export interface Dataset {
  id: string;
  kind: DatasetKind;
  /** Unique among the data sets of its kind; shown and used in recipes. */
  name: string;
  /** Documents, queries, judgements or run lines. */
  count: number;
  /** Of the text as stored. */
  bytes: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** File names it came from, or the system that made it. */
  source: string;
  /** Of its records, in hexadecimal digits (`record-digest.ts`); absent until it is whole, and in libraries of older versions. */
  checksum?: string;
  /** `importing` is left behind by a closed tab: it can be gone on with or rolled back. `deleted` can be undone. */
  state: 'importing' | 'ready' | 'deleted';
  /** Of a run: the collection and queries it was made from, where known, and its system's name. */
  madeFrom?: { collection?: string; queries?: string; system?: string; checkpoint?: string };
}

/** A stored checkpoint: the HF files of a model, and where it comes from. */
export interface Checkpoint {
  id: string;
  name: string;
  family: 'bert' | 'electra' | 'roberta';
  /** CL, KD, … of the stage that trained it; absent for an imported one. */
  objective?: string;
  /** The experiment and step that it was saved at; absent for an imported one. */
  experiment?: string;
  step?: number;
  /** False while it is a point to resume from rather than the end of a stage. */
  finished: boolean;
  parameters: number;
  bytes: number;
  createdAt: number;
  state: 'ready' | 'deleted';
  /** How its input is made, remembered from training. */
  input: { maxLength: number; tokenTypes: boolean; truncation: 'longest_first' | 'only_second' };
  /** The checkpoint that training started from. */
  from?: string;
  /** Where an imported one came from: a folder, a hub id. */
  source?: string;
  /** Of one that was downloaded: the model, the revision that was asked for, and which one that was then. */
  hub?: { model: string; revision?: string; commit: string; licence?: string };
  /** What the import left out, a sentence each. */
  notes?: string[];
  /** Small files by name: config.json, tokenizer.json, tokenizer_config.json, special_tokens_map.json, vocab.txt … */
  files: Record<string, string>;
}

/** A stored experiment: its recipe, where it is, and what came out. */
export interface Experiment {
  id: string;
  name: string;
  /** YAML as the user wrote it, and what was said over it. */
  recipe: string;
  overrides?: string[];
  /** What its references mean (`experiments/sources.ts`). */
  references?: {
    sources: Record<string, string>;
    texts: Record<string, string>;
    /** What the names among its test sets meant when it was begun (`recipes/named-test-sets.ts`). */
    testSets?: Record<string, unknown>;
    /** The report that it is run again from (`experiments/rerun.ts`). */
    rerunOf?: unknown;
  };
  /** How far it is (`experiments/experiment-progress.ts`). */
  progress?: unknown;
  state: 'running' | 'paused' | 'cancelled' | 'failed' | 'finished' | 'deleted';
  error?: string;
  createdAt: number;
  finishedAt?: number;
  /** The report, once there is one (`experiments/report.ts`). */
  report?: unknown;
}

/** Lists that a teacher makes for the queries of a run: what was asked for, and how far it is. */
export interface Teaching {
  /** A hash of the request: who asks the same again goes on where it stopped, and pays nothing twice. */
  id: string;
  /** Of the run that it becomes. */
  name: string;
  /** `teachers/request.ts`. Never a key. */
  request: unknown;
  createdAt: number;
  /** Queries with a whole list, of all. */
  done: number;
  total: number;
  /** Why it stopped before its end. */
  error?: string;
  /** The run that it became, once all lists are there. */
  run?: string;
}

/** A model on its way from the hub. */
export interface Download {
  /** `MODEL@COMMIT`. */
  id: string;
  /** As it was asked for: `MODEL` or `MODEL@REVISION`. */
  reference: string;
  hub: NonNullable<Checkpoint['hub']>;
  files: DownloadedFile[];
  createdAt: number;
}

export interface DownloadedFile {
  name: string;
  /** Of the whole file. */
  bytes: number;
  /** In hexadecimal digits, where the hub gives it. */
  sha256?: string;
  /** Bytes of each piece that is stored, in their order. */
  pieces: number[];
}
