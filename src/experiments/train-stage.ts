/** Trains one stage of a recipe: data → lists → steps, checkpoints kept, a point to resume from always at hand. */
import { evaluate } from '../evaluation/evaluate';
import type { NamedArray } from '../formats/named-array';
import type { Precision } from '../kernels/precision';
import { savedConfig } from '../models/config';
import type { CrossEncoder } from '../models/cross-encoder';
import type { Parameter } from '../models/parameters';
import type { Recipe, Stage } from '../recipes/recipe';
import type { Checkpoint } from '../storage/entries';
import { explicitBatches, parseBatches, sampledBatches, type BatchSource } from '../training/batch-source';
import { createSampler } from '../training/sampler';
import { train } from '../training/trainer';
import type { SavePoint, TrainingState } from '../training/training-event';
import { validationLists, type Validation } from '../training/validation';
import { findTexts, readData, type Texts } from './data-sources';
import type { Environment } from './environment';
import type { ExperimentEvent } from './events';
import { freeLaterCheckpoints, IntermediateCheckpoints, type Kept } from './intermediate-checkpoints';
import { headOptions, openCheckpoint, type OpenedCheckpoint } from './open-checkpoint';
import { jsonFile } from './sources';
import { READING, SAMPLING, STORING, training, VALIDATION, type Stopwatch } from './stopwatch';

const VALIDATION_DEPTH = 100;
const VALIDATION_MEASURES = ['P@8', 'nDCG@1', 'nDCG@5', 'nDCG@10', 'nDCG@100', 'RR@10', 'RR@100'];

export interface StagePlace {
  experiment: string;
  index: number;
  /** The stage's system in tables: `CL`, `CL→KD`. */
  system: string;
  /** The checkpoint that it starts from. */
  from: Checkpoint;
  /** What the device trains it in. */
  precision: Precision;
}

interface StageData {
  source: BatchSource;
  texts: Texts;
  queries: number;
  dropped: { reason: string; count: number; examples: string[] }[];
}

/**
 * Trains and stores. Goes on from the stored point of this stage if there is one.
 * @param watch takes the time of each phase
 * @returns the finished checkpoint's id; undefined when it was cancelled (then the point to resume from is stored).
 */
export async function* trainStage(
  environment: Environment,
  recipe: Recipe,
  place: StagePlace,
  watch: Stopwatch,
): AsyncGenerator<ExperimentEvent, string | undefined> {
  const { library, references, signal, control } = environment;
  const { experiment, index, system, from, precision } = place;
  const stage = recipe.stages[index]!;
  const { maxLength, tokenTypes, truncation, dropout, freezePositionEmbeddings, head, lora } = recipe.model;
  const input = { maxLength, tokenTypes, truncation };

  let since = performance.now();
  const lap = (phase: string) => {
    const now = performance.now();
    watch.add(phase, now - since);
    since = now;
  };
  const data = yield* stageData(environment, stage);
  const stored = await library.getTrainingState(experiment, index);
  const opened = await openCheckpoint(library, from.id, {
    input,
    dropout,
    freezePositionEmbeddings,
    precision,
    ...(index === 0 && !stored ? headOptions(references, head) : {}),
    ...(lora ? { lora } : {}),
    ...(stored ? { trained: stored.arrays(WEIGHTS) } : {}),
  });
  const { model, encode } = opened;
  try {
    const validation = yield* stageValidation(environment, stage, encode);
    const resumed = stored?.state as StoredState | undefined;
    await freeLaterCheckpoints(library, { experiment, objective: stage.objective, from: from.id }, resumed?.step ?? 0);
    const intermediate = new IntermediateCheckpoints(library, resumed?.intermediate);
    let finished: string | undefined;
    lap(READING);
    const { batchesPerEpoch } = data.source;
    const events = train({
      model,
      source: { batchesPerEpoch, batch: (...at) => watch.timed(SAMPLING, () => data.source.batch(...at)) },
      texts: { ...data.texts.textsOf, encode: (...pair) => watch.timed(SAMPLING, () => encode(...pair)) },
      options: stage.training,
      ...(validation ? { validation } : {}),
      ...(stored ? { resume: { state: stored.state as TrainingState, moments: stored.arrays(MOMENTS) } } : {}),
      signal,
      control,
    });
    for await (const event of events) {
      // Whatever was done since the last event led to this one; a pause is nobody's work.
      if (event.type === 'resumed') since = performance.now();
      else lap(event.type === 'validation' ? VALIDATION : training(system));
      switch (event.type) {
        case 'start': {
          const dropped = data.dropped.reduce((sum, { count }) => sum + count, 0);
          const { of: steps, step: done } = event;
          const stages = recipe.stages.length;
          yield { type: 'stage', stage: system, index, stages, steps, done, queries: data.queries, dropped };
          if (lora) yield { type: 'note', message: trainedInWords(model) };
          for (const { reason, count, examples } of data.dropped) {
            yield {
              type: 'note',
              message: `${count} queries dropped: ${reason} (${examples.join(', ')}${count > examples.length ? ', …' : ''})`,
            };
          }
          break;
        }
        case 'save':
          if (event.kind === 'resume-point') await saveResumePoint(environment, place, event, intermediate.kept);
          else {
            const last = event.reasons.includes('last');
            const id = await saveCheckpoint(environment, recipe, place, opened, event.step, last);
            if (last) finished = id;
            else if (!stage.training.saveAll) await intermediate.add(id, event.reasons);
            yield { type: 'checkpoint', stage: system, step: event.step, checkpoint: id };
          }
          lap(STORING);
          break;
        case 'done':
          if (!finished) {
            // `saveLast: false` keeps no intermediate result, but a stage without an end would be of no use.
            finished = await saveCheckpoint(environment, recipe, place, opened, event.step, true);
            yield { type: 'checkpoint', stage: system, step: event.step, checkpoint: finished };
          }
          await library.deleteTrainingState(experiment, index);
          lap(STORING);
          return finished;
        case 'cancelled':
          yield { type: 'cancelled', stage: system, step: event.step };
          return undefined;
        case 'note':
          yield event;
          break;
        default:
          yield { ...event, stage: system };
      }
      since = performance.now();
    }
    return finished;
  } finally {
    // The lists of a step are drawn and tokenised within its time.
    watch.add(training(system), -(watch.times[SAMPLING] ?? 0));
    model.dispose();
  }
}

function trainedInWords(model: CrossEncoder): string {
  const sizeOf = (parameters: Parameter[]) => parameters.reduce((sum, { variable }) => sum + variable.size, 0);
  const all = model.parameters();
  const [trained, whole] = [sizeOf(all.filter(({ trainable }) => trainable)), sizeOf(all)];
  const share = ((100 * trained) / whole).toPrecision(2);
  return `LoRA: ${trained.toLocaleString('en')} of ${whole.toLocaleString('en')} parameters are trained (${share}%)`;
}

/** The lists that a stage trains on: sampled, or as a file has them. */
async function* stageData(environment: Environment, stage: Stage): AsyncGenerator<ExperimentEvent, StageData, void> {
  const { sampling, training } = stage;
  if (!stage.data) throw new Error(`stage ${stage.name}: data: expected collection, queries and run, found nothing`);
  if (training.batches) {
    const batches = parseBatches(jsonFile(environment.references, training.batches), training.batches);
    const queries = new Set(batches.flat().map(({ query }) => query)).size;
    return { source: explicitBatches(batches), texts: await findTexts(environment, stage.data), queries, dropped: [] };
  }
  const data = yield* readData(environment, stage.data);
  const sampler = createSampler(data.run, data.qrels, sampling, training.seed);
  return {
    source: sampledBatches(sampler, training.queriesPerBatch),
    texts: data,
    queries: sampler.queries.length,
    dropped: [...sampler.dropped],
  };
}

async function* stageValidation(
  environment: Environment,
  { validation, training }: Stage,
  encode: Validation['texts']['encode'],
): AsyncGenerator<ExperimentEvent, Validation | undefined, void> {
  if (!validation || training.validateEvery === 0) return undefined;
  const { run, qrels, textsOf } = yield* readData(environment, validation);
  if (!qrels) throw new Error('validation: qrels: expected judgements to validate with, found none');
  return {
    lists: validationLists(run, qrels, VALIDATION_DEPTH),
    texts: { ...textsOf, encode },
    measure: (ranked) => evaluate(qrels, ranked, VALIDATION_MEASURES).mean,
  };
}

const [WEIGHTS, MOMENTS] = ['weights/', 'moments/'];

async function* prefixed(arrays: AsyncIterable<NamedArray>, prefix: string): AsyncGenerator<NamedArray> {
  for await (const array of arrays) yield { ...array, name: prefix + array.name };
}

/** What is stored to resume from; points of older versions know no intermediate checkpoints. */
type StoredState = TrainingState & { intermediate?: Kept };

async function saveResumePoint(
  { library }: Environment,
  place: StagePlace,
  point: SavePoint,
  intermediate: Kept,
): Promise<void> {
  const state: StoredState = { ...point.state, intermediate };
  const arrays = (async function* () {
    yield* prefixed(point.weights(), WEIGHTS);
    yield* prefixed(point.moments(), MOMENTS);
  })();
  await library.putTrainingState(place.experiment, place.index, { state, arrays });
}

async function saveCheckpoint(
  { library }: Environment,
  recipe: Recipe,
  { experiment, index, system }: StagePlace,
  { model, checkpoint }: OpenedCheckpoint,
  step: number,
  finished: boolean,
): Promise<string> {
  const { maxLength, tokenTypes, truncation } = recipe.model;
  const saved = await library.putCheckpoint(
    {
      name: `${recipe.name} ${system}${finished ? '' : ` step ${step}`}`,
      family: checkpoint.family,
      objective: recipe.stages[index]!.objective,
      experiment,
      step,
      finished,
      input: { maxLength, tokenTypes, truncation },
      from: checkpoint.id,
      files: { ...checkpoint.files, 'config.json': `${JSON.stringify(savedConfig(model.config), null, 2)}\n` },
    },
    model.arrays(),
  );
  return saved.id;
}
