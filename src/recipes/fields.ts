/**
 * The fields of a recipe's three option blocks as data: what each may be, and a label and a sentence of help for the app's
 * form. A field without them is a type error. Their defaults are in `defaults.ts`.
 */
import * as v from 'valibot';
import { LORA_TARGETS, type LoraOptions } from '../models/lora-options';
import type { ModelOptions, SamplingOptions, TrainingOptions } from './recipe';
import { choice, flag, number, oneOf, several, text, whole, type Kind } from './field-kinds';
import { LOSS_NAMES, LOSS_WORDS } from './losses';

export interface Field<T> extends Kind<T> {
  label: string;
  /** One sentence. */
  help: string;
  /** What a number counts. */
  unit?: string;
}

export type Fields<Options> = { [Key in keyof Required<Options>]: Field<NonNullable<Options[Key]>> };

export const MODEL_FIELDS: Fields<Omit<ModelOptions, 'lora'>> = {
  base: { ...text(), label: 'Model', help: 'The checkpoint to start from: a stored one, a folder, or a hub id.' },
  maxLength: {
    ...whole(5),
    label: 'Longest input',
    help: 'Length of query and passage together; what is longer is cut.',
    unit: 'tokens',
  },
  dropout: {
    ...number(0, 0.9),
    label: 'Dropout',
    help: 'Share of activations that are set to zero in training, against overfitting.',
  },
  tokenTypes: {
    ...flag(),
    label: 'Token types',
    help: 'Whether the model is told which tokens are the query (0) and which the passage (1); the study passes zeros.',
  },
  truncation: {
    ...choice(['longest_first', 'only_second']),
    label: 'Truncation',
    help: 'Which text is cut when both are too long: the longer one, or always the passage.',
  },
  freezePositionEmbeddings: {
    ...flag(),
    label: 'Freeze positions',
    help: 'Leaves the position embeddings as they were pre-trained.',
  },
  head: {
    ...text(),
    label: 'Head',
    help: "The last layer: `new` for a seeded one in place of the checkpoint's, or a JSON file with weight and bias.",
  },
};

/** Of `model.lora`. One of them in a recipe turns LoRA on. */
export const LORA_FIELDS: Fields<LoraOptions> = {
  rank: {
    ...whole(1),
    label: 'LoRA rank',
    help: 'Trains only narrow matrices of this width beside some layers, and the classifier: large models then fit a small GPU.',
    unit: 'columns',
  },
  alpha: {
    ...number(0),
    label: 'LoRA alpha',
    help: 'What the matrices add is multiplied by alpha / rank.',
  },
  dropout: {
    ...number(0, 0.9),
    label: 'LoRA dropout',
    help: 'Dropout on the way into the matrices, besides the model’s own.',
  },
  targets: {
    ...several(LORA_TARGETS),
    label: 'LoRA targets',
    help: `Layers that get matrices, by the end of their names: any of ${LORA_TARGETS.join(', ')}.`,
  },
};

export const SAMPLING_FIELDS: Fields<SamplingOptions> = {
  trainSampleSize: { ...whole(1), label: 'List length', help: 'Passages of a training list.', unit: 'passages' },
  trainSampleDepth: {
    ...whole(-1),
    label: 'Depth',
    help: 'Only passages ranked at most this deep are drawn; −1 for no bound.',
    unit: 'ranks',
  },
  numRelevantSamples: {
    ...whole(-1),
    label: 'Relevant',
    help: 'Relevant passages of a list with the strategies first and random; −1 for all.',
    unit: 'passages',
  },
  minNumRelevant: {
    ...whole(0),
    label: 'Fewest relevant',
    help: 'Queries with fewer relevant passages are left out, and counted.',
    unit: 'passages',
  },
  relevant: {
    ...choice(['first', 'random', 'topk', 'full_first', 'full_random']),
    label: 'Relevant by',
    help: 'How relevant passages are drawn: first or random ones, or the whole list by rank or at random.',
  },
  nonRelevant: {
    ...choice(['first', 'random']),
    label: 'Others by',
    help: 'How the rest of a list is filled: the best-ranked ones, or any at random.',
  },
  keepNonRetrieved: {
    ...oneOf([true, false, 'relevant']),
    label: 'Keep non-retrieved',
    help: 'Whether judged passages that the first stage missed may be drawn: all, none, or relevant ones.',
  },
  removeUnjudged: { ...flag(), label: 'Judged only', help: 'Leaves passages without a judgement out.' },
  useRanksAsQrels: {
    ...flag(),
    label: 'Ranks as labels',
    help: "Takes the run's own order as relevance: this is how a teacher is distilled.",
  },
  targets: {
    ...choice(['relevance', 'score']),
    label: 'Targets',
    help: "What the loss learns: relevance, or the run's own scores, which MarginMSE and KLDivergence want of a teacher.",
  },
  shuffleDocs: { ...flag(), label: 'Shuffle passages', help: "Hides the first stage's order from the model." },
  shuffleQueries: { ...flag(), label: 'Shuffle queries', help: 'A new order of queries in each epoch.' },
};

const bytes = whole(1);

export const TRAINING_FIELDS: Fields<TrainingOptions> = {
  loss: {
    ...choice(LOSS_NAMES, Object.fromEntries(LOSS_NAMES.map((name) => [name, `Learns ${LOSS_WORDS[name].aim}.`]))),
    label: 'Loss',
    help: 'What is minimised.',
  },
  reduction: {
    ...choice(['mean', 'sum']),
    label: 'Reduction',
    help: "Whether a batch's terms are averaged, or added up, which makes large batches count more.",
  },
  learningRate: { ...number(0), label: 'Learning rate', help: 'How far one update goes.' },
  weightDecay: { ...number(0), label: 'Weight decay', help: 'Pull of every weight towards zero, as in AdamW.' },
  clipNorm: { ...number(0), label: 'Clip norm', help: "Bound on the gradient's norm; 0 for none." },
  accumulate: {
    ...whole(1),
    label: 'Accumulate',
    help: 'Batches whose gradients are averaged before an update.',
    unit: 'batches',
  },
  queriesPerBatch: {
    ...whole(1),
    label: 'Queries a batch',
    help: 'Lists that are learnt from together.',
    unit: 'queries',
  },
  schedule: {
    ...choice(['constant', 'linear', 'cosine']),
    label: 'Schedule',
    help: 'Whether the learning rate stays, or falls to zero by the last step, in a line or in half a cosine.',
  },
  warmupSteps: {
    ...whole(0),
    label: 'Warm-up',
    help: 'Updates over which the learning rate rises from zero.',
    unit: 'steps',
  },
  maxSteps: {
    ...whole(0),
    label: 'Steps',
    help: 'Updates of the weights; 0 for as many as the epochs make.',
    unit: 'steps',
  },
  maxEpochs: {
    ...whole(0),
    label: 'Epochs',
    help: 'Times that each query is learnt from; 0 for no bound, which it also is where only Steps is given.',
    unit: 'epochs',
  },
  validateEvery: {
    ...whole(0),
    label: 'Validate every',
    help: 'Updates between validations; 0 for none.',
    unit: 'steps',
  },
  checkpointEvery: {
    ...whole(0),
    label: 'Checkpoint every',
    help: 'Updates between kept checkpoints; 0 for only the last.',
    unit: 'steps',
  },
  saveLast: { ...flag(), label: 'Save last', help: 'Keeps the checkpoint of the last update.' },
  saveAll: { ...flag(), label: 'Save all', help: 'Keeps every checkpoint, not only the best and the last.' },
  patience: {
    ...whole(0),
    label: 'Patience',
    help: 'Validations without a better loss before training stops; 0 for never.',
    unit: 'validations',
  },
  seed: {
    ...whole(0),
    label: 'Seed',
    help: 'For everything that is drawn at random: the same seed, the same run.',
  },
  precision: {
    ...choice(['auto', 'f32', 'f16']),
    label: 'Precision',
    help: 'In f16 activations take half the memory, where WebGPU has it (shader-f16); auto takes it where it is right and not slower, else f32.',
  },
  memoryBudget: {
    schema: v.lazy((input) => (input === 'auto' ? v.literal('auto') : bytes.schema)),
    control: { kind: 'whole', least: 1, auto: true },
    label: 'Memory',
    help: 'What a step may hold in tensors, or auto; batches are cut to fit, with the same result.',
    unit: 'bytes',
  },
  batches: {
    ...text(),
    label: 'Batches',
    help: 'A JSON file with the very lists to train on; sampling is then off.',
  },
};
