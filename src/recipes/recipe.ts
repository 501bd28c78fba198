/**
 * A recipe: everything that an experiment needs to be run again. This file is its shape; `parse-recipe.ts` reads one
 * from YAML and fills in the defaults.
 *
 *   recipe
 *   ├─ data         where collection, queries, qrels and run come from (files, or names of stored data sets)
 *   ├─ model        the base checkpoint and how its input is made
 *   ├─ stages       one or two, each:  sampling → training   (stage 2 starts from stage 1's checkpoint)
 *   └─ evaluation   test sets, depth, measures
 */

import type { Rm3Options } from '../retrieval/bm25/rm3';
import type { LoraOptions } from '../models/lora-options';
import type { LossName } from './losses';

/** A first stage that is run instead of read: BM25 over the data's own collection. */
export interface Bm25Options {
  /** Term-frequency saturation. Lucene's default for the study: 0.9. */
  k1: number;
  /** Length normalisation, 0 to 1: 0.4. */
  b: number;
  /** Documents kept for each query. */
  depth: number;
  /** Expands each query by what its first documents say; left out: the query as it is. */
  rm3?: Rm3Options;
}

/** A teacher's lists, in RankGPT's two files: permutations, and the passages that they order. */
export interface RankGptFiles {
  permutations: string;
  retrieved: string;
}

/** A first stage by a checkpoint's vectors. */
export interface EncoderStageOptions {
  /** A hub id, a folder, or a stored checkpoint. */
  checkpoint: string;
  /** Documents kept for each query. */
  depth: number;
}

export interface LateInteractionOptions extends EncoderStageOptions {
  /** Is re-ranked to the depth; left out: the collection is indexed and searched. */
  run?: RunSource;
}

/** A run to read, a first stage to run, a teacher's lists to make a run of, or runs to fuse by reciprocal rank. */
export type RunSource =
  | string
  | { bm25: Bm25Options }
  | { rankgpt: RankGptFiles }
  | { dense: EncoderStageOptions }
  | { lateInteraction: LateInteractionOptions }
  | { fuse: RunSource[] };

/** Names of stored data sets or paths of files; a file is imported before the experiment starts. */
export interface DataSources {
  collection: string;
  queries: string;
  /** Left out for a distillation stage, whose teacher's ranks are the labels. */
  qrels?: string;
  /** Left out only where the training's batches are given. */
  run?: RunSource;
}

export interface ModelOptions {
  /** A hub id, a folder, or a stored checkpoint. */
  base: string;
  maxLength: number;
  dropout: number;
  /** True: token types 0 for the query, 1 for the passage. The study passes zeros. */
  tokenTypes: boolean;
  truncation: 'longest_first' | 'only_second';
  freezePositionEmbeddings: boolean;
  /**
   * Left out: the checkpoint's own head, or a seeded one where it has none. `new`: a seeded one in place of the checkpoint's. Else a
   * JSON file `{"weight": [hidden], "bias": [1]}`.
   */
  head?: string;
  /** Left out: every weight is trained. Else only low-rank matrices beside some layers, and the classifier; a saved checkpoint has them merged. */
  lora?: LoraOptions;
}

export interface SamplingOptions {
  /** Documents of a training list. */
  trainSampleSize: number;
  /** Only documents ranked at most this deep are drawn; −1 for no bound. */
  trainSampleDepth: number;
  /** Relevant documents of a list with `relevant` first or random; −1 for all. */
  numRelevantSamples: number;
  /** Queries with fewer documents of relevance ≥ 1 are dropped, counted and reported. */
  minNumRelevant: number;
  relevant: 'first' | 'random' | 'topk' | 'full_first' | 'full_random';
  nonRelevant: 'first' | 'random';
  /** Judged documents that the run did not retrieve: kept, kept when relevant, or left out. */
  keepNonRetrieved: boolean | 'relevant';
  removeUnjudged: boolean;
  /** Labels are the largest rank of the whole run − rank + 1: a teacher's order becomes relevance. */
  useRanksAsQrels: boolean;
  /**
   * What the loss learns: `relevance` (judgements, or ranks with `useRanksAsQrels`) or the run's own `score`, where a teacher gives scores.
   * Which documents are drawn goes by relevance all the same.
   */
  targets: 'relevance' | 'score';
  shuffleDocs: boolean;
  shuffleQueries: boolean;
}

export type { LossName };

export interface TrainingOptions {
  loss: LossName;
  /** Of the terms of a batch: their mean, or their sum. Validation always takes the mean. */
  reduction: 'mean' | 'sum';
  learningRate: number;
  weightDecay: number;
  /** Bound on the gradient's norm over all parameters; 0 for none. */
  clipNorm: number;
  /** Batches whose gradients are averaged before an update. */
  accumulate: number;
  queriesPerBatch: number;
  schedule: 'constant' | 'linear' | 'cosine';
  /** Optimiser steps over which the learning rate rises from 0. */
  warmupSteps: number;
  /** Optimiser steps; 0 for no bound. */
  maxSteps: number;
  /** 0 for no bound (then `maxSteps` must have one). */
  maxEpochs: number;
  /** Steps between validations; 0 for none. */
  validateEvery: number;
  /** Steps between kept checkpoints; 0 for none but the last. */
  checkpointEvery: number;
  /** Keep the checkpoint of the last step. */
  saveLast: boolean;
  /** Keep every checkpoint, or only the best by validation loss and the last. */
  saveAll: boolean;
  /** Validations without a better loss before training stops; 0 for never. */
  patience: number;
  seed: number;
  precision: 'auto' | 'f32' | 'f16';
  /** Bytes of tensors that a step may hold, or what the device offers. */
  memoryBudget: 'auto' | number;
  /** A JSON file with a list of batches, each a list of {query, docs, labels}: sampling is off, a batch is a micro-step. */
  batches?: string;
}

export interface Stage {
  /** Shown in tables: the objective, unless it says otherwise. */
  name: string;
  objective: 'CL' | 'KD';
  /** `base`, `previous` stage, `auto` (newest finished checkpoint of the other objective and the same family), or a checkpoint. */
  from: string;
  data?: DataSources;
  validation?: DataSources;
  sampling: SamplingOptions;
  training: TrainingOptions;
}

export interface TestSet extends Required<DataSources> {
  name: string;
  /** Its own measures, where they are not those of the evaluation: a set with binary judgements beside graded ones. */
  measures?: string[];
}

export interface EvaluationOptions {
  /** Documents of the first stage that are re-ranked. */
  depth: number;
  /** Names as ir_measures prints them: `nDCG@10`, `AP(rel=2)`. */
  measures: string[];
  testSets: TestSet[];
}

export interface Recipe {
  name: string;
  description?: string;
  /** Published values to show beside ours: system (`first stage`, CL, CL→KD) → test set → measure → value. */
  expected?: Record<string, Record<string, Record<string, number>>>;
  model: ModelOptions;
  stages: Stage[];
  evaluation: EvaluationOptions;
}
