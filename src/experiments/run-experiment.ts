/**
 * Runs a recipe from its first line to its report, as one stream of events.
 *
 *   checks │ first stages ─ measure │ model before training ─ re-rank, measure │ stage 1 ─ train, re-rank, measure │ stage 2 ─ … │ report
 *
 * Whatever is done is stored at once, so an experiment that was broken off goes on where it was.
 */
import { choosePrecision } from '../kernels/precision';
import type { NamedTestSets } from '../recipes/named-test-sets';
import { parseRecipe } from '../recipes/parse-recipe';
import type { Recipe } from '../recipes/recipe';
import { BEFORE_TRAINING, systemNames } from '../recipes/systems';
import type { Checkpoint, Experiment } from '../storage/entries';
import type { Library } from '../storage/library';
import { checkData } from './check-data';
import type { Environment } from './environment';
import type { ExperimentEvent, LoggedEvent } from './events';
import { NOTHING_DONE, ProgressKeeper, type ExperimentProgress } from './experiment-progress';
import { measureCheckpoint, measureFirstStages, readTestSets } from './measure-system';
import { headOptions, openCheckpoint } from './open-checkpoint';
import { makeReport, type Circumstances } from './make-report';
import { differences, type EarlierReport } from './rerun';
import { CHECKING, READING, Stopwatch } from './stopwatch';
import { storedStart } from './stored-start';
import { trainStage } from './train-stage';
import { gatherUsed } from './used';

/** Stores a new experiment, not started yet. @throws RecipeError naming key and line when the recipe is not one. */
export async function newExperiment(library: Library, request: NewExperimentRequest): Promise<Experiment> {
  const { recipe, fileName, overrides = [], sources = {}, texts = {}, testSets: known = {}, rerunOf } = request;
  const { name, evaluation } = parseRecipe(recipe, fileName, overrides, known);
  const used = evaluation.testSets.flatMap(({ name }) => (known[name] ? [[name, known[name]] as const] : []));
  const references = { sources, texts, testSets: Object.fromEntries(used), ...(rerunOf ? { rerunOf } : {}) };
  return library.putExperiment({ name, recipe, overrides, references, state: 'paused' });
}

export interface NewExperimentRequest {
  /** YAML. */
  recipe: string;
  /** Shown in errors. */
  fileName: string;
  /** `a.b=c`, as the command line's `--set`. */
  overrides?: string[];
  /** What its references mean where they are not names of stored entries (`sources.ts`). */
  sources?: Record<string, string>;
  texts?: Record<string, string>;
  /** What names among the test sets mean. */
  testSets?: NamedTestSets;
  /** The report whose recipe this is. */
  rerunOf?: EarlierReport;
}

/**
 * Runs or goes on with a stored experiment.
 * @throws what a part throws; the experiment is then stored as failed with the message, and can be gone on with.
 */
export async function* runExperiment(
  environment: Environment,
  experiment: Experiment,
  circumstances: Circumstances,
): AsyncGenerator<ExperimentEvent, void> {
  const { library } = environment;
  const { id, name } = experiment;
  await library.updateExperiment(id, { state: 'running', error: undefined });
  yield { type: 'started', experiment: id, name };
  try {
    let cancelled = false;
    for await (const event of logged(environment, id, stages(environment, experiment, circumstances))) {
      if (event.type === 'cancelled') cancelled = true;
      if (event.type === 'paused') await library.updateExperiment(id, { state: 'paused' });
      if (event.type === 'resumed') await library.updateExperiment(id, { state: 'running' });
      yield event;
    }
    if (cancelled) await library.updateExperiment(id, { state: 'cancelled' });
    else yield { type: 'done', experiment: id };
  } catch (error) {
    const { signal } = environment;
    const message = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) {
      await library.updateExperiment(id, { state: 'failed', error: message });
      throw error;
    }
    await library.updateExperiment(id, { state: 'cancelled' });
    yield { type: 'cancelled', stage: '', step: 0 };
  }
}

async function* stages(
  given: Environment,
  experiment: Experiment,
  circumstances: Circumstances,
): AsyncGenerator<ExperimentEvent, void> {
  const environment = { ...given, checkedRuns: new Set<string>() };
  const { library, references } = environment;
  const testSets = experiment.references?.testSets as NamedTestSets | undefined;
  const recipe = parseRecipe(experiment.recipe, experiment.name, experiment.overrides, testSets);
  const keeper = new ProgressKeeper(
    library,
    experiment.id,
    (experiment.progress as ExperimentProgress | undefined) ?? NOTHING_DONE,
  );
  const systems = systemNames(recipe.stages);
  const { evaluation } = recipe;
  if (!keeper.value.used) yield* passChecks(environment, recipe, keeper, experiment);
  const base = await startOf(environment, recipe, 0, keeper);

  const reading = performance.now();
  const sets = yield* readTestSets(environment, evaluation);
  await keeper.addTimes({ [READING]: performance.now() - reading });
  yield* measureFirstStages(environment, keeper, sets, evaluation);
  const { head, maxLength, tokenTypes, truncation } = recipe.model;
  const input = { maxLength, tokenTypes, truncation };
  yield* measureCheckpoint(environment, keeper, sets, evaluation, BEFORE_TRAINING, () =>
    openCheckpoint(library, base.id, {
      input,
      ...headOptions(references, head),
    }),
  );

  for (const [index, system] of systems.entries()) {
    if (keeper.value.checkpoints[index] === undefined) {
      const from = index === 0 ? base : await startOf(environment, recipe, index, keeper);
      if (index > 0 || recipe.stages[index]!.from !== 'base') {
        yield { type: 'note', message: `${system} starts from the checkpoint ${from.name}` };
      }
      const watch = new Stopwatch();
      const { precision, because } = await choosePrecision(recipe.stages[index]!.training.precision);
      await keeper.setPrecision(system, { precision, because });
      yield { type: 'note', message: `${system} is trained in ${precision}: ${because}` };
      const place = { experiment: experiment.id, index, system, from, precision };
      let finished: string | undefined;
      try {
        finished = yield* trainStage(environment, recipe, place, watch);
      } finally {
        await keeper.addTimes(watch.times);
      }
      if (finished === undefined) return;
      await keeper.finishStage(finished);
    }
    const checkpoint = keeper.value.checkpoints[index]!;
    yield* measureCheckpoint(environment, keeper, sets, evaluation, system, () => openCheckpoint(library, checkpoint));
  }
  const report = await makeReport(environment, recipe, experiment, keeper.value, systems, circumstances);
  await library.updateExperiment(experiment.id, { state: 'finished', finishedAt: Date.now(), report });
}

/** Looks everything up before anything is trained, takes checksums, and tells what is not as in the report that this is run from. */
async function* passChecks(
  environment: Environment,
  recipe: Recipe,
  keeper: ProgressKeeper,
  { references }: Experiment,
): AsyncGenerator<ExperimentEvent, void> {
  const started = performance.now();
  const models = yield* checkData(environment, recipe);
  const used = await gatherUsed(environment, recipe, models);
  const earlier = references?.rerunOf as EarlierReport | undefined;
  if (earlier) {
    const found = differences(earlier, used);
    const same = `data and models are those of the report ${earlier.name}`;
    for (const message of found.length ? found.map((one) => `not as in the report: ${one}`) : [same])
      yield { type: 'note', message };
  }
  await keeper.addTimes({ [CHECKING]: performance.now() - started });
  await keeper.passChecks(used);
}

/** The checkpoint that a stage starts from. @throws an error listing what is there when there is none. */
async function startOf(
  environment: Environment,
  recipe: Recipe,
  index: number,
  keeper: ProgressKeeper,
): Promise<Checkpoint> {
  const stage = recipe.stages[index]!;
  if (stage.from !== 'previous') return storedStart(environment, recipe, stage);
  const id = keeper.value.checkpoints[index - 1];
  const previous = id === undefined ? undefined : await environment.library.checkpoint(id);
  if (previous) return previous;
  throw new Error(`stage ${stage.name}: the checkpoint of the stage before it is gone; it was deleted`);
}

const LOGGED = new Set<ExperimentEvent['type']>(['stage', 'step', 'validation', 'checkpoint', 'note', 'measures']);
const LOG_EVERY_MS = 1000;

/** Passes events on, and adds those that are worth keeping to the experiment's log. */
async function* logged(
  { library }: Environment,
  experiment: string,
  events: AsyncIterable<ExperimentEvent>,
): AsyncGenerator<ExperimentEvent, void> {
  let lines: LoggedEvent[] = [];
  let written = performance.now();
  const flush = async () => {
    if (lines.length > 0) await library.appendLog(experiment, lines);
    lines = [];
    written = performance.now();
  };
  try {
    for await (const event of events) {
      if (LOGGED.has(event.type)) lines.push({ ...event, at: Date.now() });
      if (performance.now() - written > LOG_EVERY_MS) await flush();
      yield event;
    }
  } finally {
    await flush();
  }
}
