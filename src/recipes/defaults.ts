/** The study's settings, by objective: what a recipe leaves out. */
import type { LoraOptions } from '../models/lora-options';
import type { EvaluationOptions, ModelOptions, SamplingOptions, TrainingOptions } from './recipe';

/** CL: contrastive learning on labels. KD: distillation of a teacher's lists. */
export const OBJECTIVES = ['CL', 'KD'] as const;
export type Objective = (typeof OBJECTIVES)[number];

export const MODEL_DEFAULTS: Omit<ModelOptions, 'head' | 'lora'> = {
  base: 'sentence-transformers/all-MiniLM-L6-v2',
  maxLength: 256,
  dropout: 0.1,
  tokenTypes: true,
  truncation: 'longest_first',
  freezePositionEmbeddings: true,
};

/** peft's, and its choice of layers for these families. Off unless the recipe has a `lora` block. */
export const LORA_DEFAULTS: LoraOptions = { rank: 8, alpha: 8, dropout: 0, targets: ['query', 'value'] };

const SAMPLING: SamplingOptions = {
  trainSampleSize: 100,
  trainSampleDepth: 200,
  numRelevantSamples: 1,
  minNumRelevant: 1,
  relevant: 'random',
  nonRelevant: 'random',
  keepNonRetrieved: 'relevant',
  removeUnjudged: false,
  useRanksAsQrels: false,
  targets: 'relevance',
  shuffleDocs: true,
  shuffleQueries: true,
};

/** One relevant passage and 99 others of the first 200; or the teacher's whole list of 20. */
export const SAMPLING_DEFAULTS: Record<Objective, SamplingOptions> = {
  CL: SAMPLING,
  KD: {
    ...SAMPLING,
    trainSampleSize: 20,
    trainSampleDepth: -1,
    relevant: 'full_random',
    keepNonRetrieved: false,
    useRanksAsQrels: true,
  },
};

const TRAINING: Omit<TrainingOptions, 'batches'> = {
  loss: 'LocalizedContrastive',
  reduction: 'mean',
  learningRate: 1e-5,
  weightDecay: 0.01,
  clipNorm: 10,
  accumulate: 4,
  queriesPerBatch: 4,
  schedule: 'constant',
  warmupSteps: 0,
  maxSteps: 0,
  maxEpochs: 1,
  validateEvery: 1000,
  checkpointEvery: 25_000,
  saveLast: true,
  saveAll: false,
  patience: 10,
  seed: 42,
  precision: 'auto',
  memoryBudget: 'auto',
};

export const TRAINING_DEFAULTS: Record<Objective, Omit<TrainingOptions, 'batches'>> = {
  CL: TRAINING,
  KD: { ...TRAINING, loss: 'RankNet', accumulate: 2, queriesPerBatch: 16, validateEvery: 100, checkpointEvery: 500 },
};

export const EVALUATION_DEFAULTS: EvaluationOptions = {
  depth: 100,
  measures: ['nDCG@10', 'RR@10', 'AP'],
  testSets: [],
};

export const BM25_DEFAULTS = { k1: 0.9, b: 0.4, depth: 500 };

/** Of dense retrieval and late interaction; as deep as BM25. */
export const ENCODER_STAGE_DEFAULTS = { depth: BM25_DEFAULTS.depth };
