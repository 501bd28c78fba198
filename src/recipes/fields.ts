/**
 * The fields of a recipe's three option blocks as data: what each may be, and a label and a sentence of help for the app's form.
 * A field without them is a type error.
 */
import * as v from 'valibot';
import type { ModelOptions, SamplingOptions, TrainingOptions } from './recipe';

export interface Field<T> {
  schema: v.GenericSchema<unknown, T>;
  label: string;
  /** One sentence. */
  help: string;
}

export type Fields<Options> = { [Key in keyof Required<Options>]: Field<NonNullable<Options[Key]>> };

const text = v.pipe(v.string(), v.minLength(1, 'expected a text that is not empty'));
const flag = v.boolean();
const number = v.pipe(v.number(), v.finite('expected a number'));
const atLeast = (least: number) => v.pipe(number, v.minValue(least, `expected at least ${least}`));
const whole = (least: number) =>
  v.pipe(
    v.number(),
    v.integer('expected a whole number'),
    v.minValue(least, `expected a whole number of at least ${least}`),
  );

export const MODEL_FIELDS: Fields<ModelOptions> = {
  base: { schema: text, label: 'Model', help: 'The checkpoint to start from: a stored one, a folder, or a hub id.' },
  maxLength: {
    schema: whole(5),
    label: 'Longest input',
    help: 'Tokens of query and passage together; what is longer is cut.',
  },
  dropout: {
    schema: v.pipe(number, v.minValue(0, 'expected at least 0'), v.maxValue(0.9, 'expected at most 0.9')),
    label: 'Dropout',
    help: 'Share of activations that are set to zero in training, against overfitting.',
  },
  tokenTypes: {
    schema: flag,
    label: 'Token types',
    help: 'Whether the model is told which tokens are the query (0) and which the passage (1); the study passes zeros.',
  },
  truncation: {
    schema: v.picklist(['longest_first', 'only_second']),
    label: 'Truncation',
    help: 'Which text is cut when both are too long: the longer one, or always the passage.',
  },
  freezePositionEmbeddings: {
    schema: flag,
    label: 'Freeze positions',
    help: 'Leaves the position embeddings as they were pre-trained.',
  },
  head: { schema: text, label: 'Head', help: 'A JSON file with weight and bias in place of the seeded head.' },
};

export const SAMPLING_FIELDS: Fields<SamplingOptions> = {
  trainSampleSize: { schema: whole(1), label: 'List length', help: 'Passages of a training list.' },
  trainSampleDepth: {
    schema: whole(-1),
    label: 'Depth',
    help: 'Only passages ranked at most this deep are drawn; −1 for no bound.',
  },
  numRelevantSamples: {
    schema: whole(-1),
    label: 'Relevant',
    help: 'Relevant passages of a list with the strategies first and random; −1 for all.',
  },
  minNumRelevant: {
    schema: whole(0),
    label: 'Fewest relevant',
    help: 'Queries with fewer relevant passages are left out, and counted.',
  },
  relevant: {
    schema: v.picklist(['first', 'random', 'topk', 'full_first', 'full_random']),
    label: 'Relevant by',
    help: 'How relevant passages are drawn: first or random ones, or the whole list by rank or at random.',
  },
  nonRelevant: {
    schema: v.picklist(['first', 'random']),
    label: 'Others by',
    help: 'How the rest of a list is filled: the best-ranked ones, or any at random.',
  },
  keepNonRetrieved: {
    schema: v.union([v.boolean(), v.literal('relevant')]),
    label: 'Keep non-retrieved',
    help: 'Whether judged passages that the first stage missed may be drawn: all, relevant ones, or none.',
  },
  removeUnjudged: { schema: flag, label: 'Judged only', help: 'Leaves passages without a judgement out.' },
  useRanksAsQrels: {
    schema: flag,
    label: 'Ranks as labels',
    help: "Takes the run's own order as relevance: this is how a teacher is distilled.",
  },
  shuffleDocs: { schema: flag, label: 'Shuffle passages', help: "Hides the first stage's order from the model." },
  shuffleQueries: { schema: flag, label: 'Shuffle queries', help: 'A new order of queries in each epoch.' },
};

export const LOSS_NAMES = ['LocalizedContrastive', 'RankNet', 'WeightedRankNet'] as const;

export const TRAINING_FIELDS: Fields<TrainingOptions> = {
  loss: {
    schema: v.picklist(LOSS_NAMES),
    label: 'Loss',
    help: 'What is minimised: contrastive on labels, or pairs in the right order.',
  },
  learningRate: { schema: atLeast(0), label: 'Learning rate', help: 'How far one update goes.' },
  weightDecay: { schema: atLeast(0), label: 'Weight decay', help: 'Pull of every weight towards zero, as in AdamW.' },
  clipNorm: { schema: atLeast(0), label: 'Clip norm', help: "Bound on the gradient's norm; 0 for none." },
  accumulate: { schema: whole(1), label: 'Accumulate', help: 'Batches whose gradients are averaged before an update.' },
  queriesPerBatch: { schema: whole(1), label: 'Queries a batch', help: 'Lists that are learnt from together.' },
  schedule: {
    schema: v.picklist(['constant', 'linear']),
    label: 'Schedule',
    help: 'Whether the learning rate stays, or falls to zero by the last step.',
  },
  warmupSteps: {
    schema: whole(0),
    label: 'Warm-up',
    help: 'Updates over which the learning rate rises from zero.',
  },
  maxSteps: { schema: whole(0), label: 'Steps', help: 'Updates of the weights; 0 for as many as the epochs make.' },
  maxEpochs: { schema: whole(0), label: 'Epochs', help: 'Times that each query is learnt from; 0 for no bound.' },
  validateEvery: { schema: whole(0), label: 'Validate every', help: 'Updates between validations; 0 for none.' },
  checkpointEvery: {
    schema: whole(0),
    label: 'Checkpoint every',
    help: 'Updates between kept checkpoints; 0 for only the last.',
  },
  saveLast: { schema: flag, label: 'Save last', help: 'Keeps the checkpoint of the last update.' },
  saveAll: { schema: flag, label: 'Save all', help: 'Keeps every checkpoint, not only the best and the last.' },
  patience: {
    schema: whole(0),
    label: 'Patience',
    help: 'Validations without a better loss before training stops; 0 for never.',
  },
  seed: {
    schema: whole(0),
    label: 'Seed',
    help: 'For everything that is drawn at random: the same seed, the same run.',
  },
  precision: {
    schema: v.picklist(['auto', 'f32', 'f16']),
    label: 'Precision',
    help: 'Of the arithmetic; auto takes what the device does well.',
  },
  memoryBudget: {
    schema: v.union([v.literal('auto'), atLeast(1)]),
    label: 'Memory',
    help: 'Bytes of tensors that a step may hold; batches are cut to fit, with the same result.',
  },
  batches: {
    schema: text,
    label: 'Batches',
    help: 'A JSON file with the very lists to train on; sampling is then off.',
  },
};
