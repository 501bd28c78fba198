import { formatMeasure, parseMeasure } from '../evaluation/parse-measure';
import { RM3_DEFAULTS } from '../retrieval/bm25/rm3';
import {
  BM25_DEFAULTS,
  ENCODER_STAGE_DEFAULTS,
  EVALUATION_DEFAULTS,
  LORA_DEFAULTS,
  MODEL_DEFAULTS,
  SAMPLING_DEFAULTS,
  TRAINING_DEFAULTS,
  type Objective,
} from './defaults';
import { LOSS_WORDS } from './losses';
import type { DataSources, EvaluationOptions, Recipe, RunSource, Stage } from './recipe';
import type { RecipeYaml, RunYaml, StageYaml } from './schema';

type DataYaml = NonNullable<StageYaml['data']>;

/** From what a recipe says to what it means: the study's defaults, blocks at the top for each stage, files below `folder`. */
export function fillDefaults(given: RecipeYaml, fallbackName: string): Recipe {
  const { name = fallbackName, description, expected, model, evaluation, folder } = given;
  const inFolder = (reference: string) =>
    folder === undefined || reference.startsWith('/') ? reference : `${folder.replace(/\/$/, '')}/${reference}`;
  const { head, lora, ...ofModel } = model ?? {};
  const stages: StageYaml[] = given.stages ?? [{ objective: given.objective, from: given.from }];
  return {
    name,
    ...defined({ description, expected }),
    model: {
      ...MODEL_DEFAULTS,
      ...defined(ofModel),
      ...(head === undefined ? {} : { head: head === 'new' ? head : inFolder(head) }),
      ...(lora ? { lora: { ...LORA_DEFAULTS, ...defined(lora) } } : {}),
    },
    stages: stages.map((stage, index) => fillStage(withShared(stage, given), index, inFolder)),
    evaluation: fillEvaluation(evaluation, inFolder),
  };
}

type InFolder = (reference: string) => string;

/** A stage with the blocks of the recipe's top where it has none of its own; options go one by one. */
function withShared(stage: StageYaml, { data, validation, sampling, training }: RecipeYaml): StageYaml {
  return {
    ...defined({ data, validation }),
    ...defined(stage),
    sampling: { ...defined(sampling), ...defined(stage.sampling) },
    training: { ...defined(training), ...defined(stage.training) },
  };
}

function fillStage(stage: StageYaml, index: number, inFolder: InFolder): Stage {
  const objective = stage.objective ?? objectiveOf(stage);
  const { data, validation, sampling, training } = stage;
  const batches = training?.batches;
  return {
    name: stage.name ?? objective,
    objective,
    from: stage.from ?? (index === 0 ? 'base' : 'previous'),
    ...(data ? { data: fillData(data, inFolder) } : {}),
    ...(validation ? { validation: fillData(validation, inFolder) } : {}),
    sampling: {
      ...SAMPLING_DEFAULTS[objective],
      // Only what the run has, has a score.
      ...(sampling?.targets === 'score' ? { keepNonRetrieved: false } : {}),
      ...defined(sampling),
    },
    training: {
      ...TRAINING_DEFAULTS[objective],
      // Who asks for so many steps shall have them, however few the queries are.
      ...(training?.maxSteps ? { maxEpochs: 0 } : {}),
      ...defined(training),
      ...(batches === undefined ? {} : { batches: inFolder(batches) }),
    },
  };
}

/** What a stage says of itself where it does not name its objective. */
function objectiveOf({ name, sampling, training }: StageYaml): Objective {
  if (name === 'CL' || name === 'KD') return name;
  if (sampling?.useRanksAsQrels) return 'KD';
  return training?.loss === undefined ? 'CL' : LOSS_WORDS[training.loss].objective;
}

function fillData({ collection, queries, qrels, run }: DataYaml, inFolder: InFolder): DataSources {
  return {
    collection: inFolder(collection),
    queries: inFolder(queries),
    ...(qrels === undefined ? {} : { qrels: inFolder(qrels) }),
    ...(run === undefined ? {} : { run: fillRun(run, inFolder) }),
  };
}

function fillRun(run: RunYaml, inFolder: InFolder): RunSource {
  if (typeof run === 'string') return inFolder(run);
  if ('bm25' in run) {
    const { rm3, ...options } = run.bm25 ?? {};
    // `rm3:` alone asks for it, with its defaults.
    const expansion = rm3 === undefined ? {} : { rm3: { ...RM3_DEFAULTS, ...defined(rm3 ?? {}) } };
    return { bm25: { ...BM25_DEFAULTS, ...defined(options), ...expansion } };
  }
  if ('dense' in run) return { dense: { ...ENCODER_STAGE_DEFAULTS, ...defined(run.dense) } };
  if ('fuse' in run) return { fuse: run.fuse.map((one) => fillRun(one, inFolder)) };
  if ('lateInteraction' in run) {
    const { run: first, ...options } = run.lateInteraction;
    return {
      lateInteraction: {
        ...ENCODER_STAGE_DEFAULTS,
        ...defined(options),
        ...(first === undefined ? {} : { run: fillRun(first, inFolder) }),
      },
    };
  }
  const { permutations, retrieved } = (run as Extract<RunYaml, { rankgpt: unknown }>).rankgpt;
  return { rankgpt: { permutations: inFolder(permutations), retrieved: inFolder(retrieved) } };
}

const canonical = (measures: readonly string[]) => measures.map((measure) => formatMeasure(parseMeasure(measure)));

function fillEvaluation(given: RecipeYaml['evaluation'], inFolder: InFolder): EvaluationOptions {
  const { depth, measures, testSets = [] } = given ?? {};
  return {
    depth: depth ?? EVALUATION_DEFAULTS.depth,
    measures: canonical(measures ?? EVALUATION_DEFAULTS.measures),
    testSets: testSets.map(({ name, collection, queries, qrels, run, measures }) => ({
      name,
      collection: inFolder(collection),
      queries: inFolder(queries),
      qrels: inFolder(qrels),
      run: fillRun(run, inFolder),
      ...(measures === undefined ? {} : { measures: canonical(measures) }),
    })),
  };
}

/** Without the keys whose value is undefined: those must not hide a default. */
function defined<T extends object>(value: T | undefined): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
