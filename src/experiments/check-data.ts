/**
 * Everything that an experiment will read, looked up before it works for hours: what is missing, or does not fit together, is told all
 * at once.
 */
import type { Recipe } from '../recipes/recipe';
import { encoderCheckpoints } from '../recipes/run-sources';
import { isMadeOnTheWay } from '../recipes/stage-start';
import type { Checkpoint, Dataset } from '../storage/entries';
import { dataBlocks, referencesOf, type DataBlock } from './data-blocks';
import type { Environment } from './environment';
import type { Progress } from './progress';
import { findCheckpoint, findDataset, jsonFile } from './sources';
import { storedStart } from './stored-start';
import { unknownDocuments } from './unknown-documents';

/**
 * Yields progress, returns the checkpoints that stages start from, by what the recipe calls them, without those that are made on the way.
 * @throws Error with all that is wrong, in one line.
 */
export async function* checkData(
  environment: Environment,
  recipe: Recipe,
): AsyncGenerator<Progress, Map<string, Checkpoint>> {
  const problems = new Set<string>();
  const starts = await checkModels(environment, recipe, problems);
  const checked = new Set<string>();
  const blocks = dataBlocks(recipe);
  for (const [i, block] of blocks.entries()) {
    yield { type: 'progress', what: `checking ${block.place}`, done: i, total: blocks.length };
    await checkBlock(environment, block, problems, checked);
    environment.signal.throwIfAborted();
  }
  if (problems.size === 0) return starts;
  const [first, ...more] = problems;
  throw new Error(
    more.length === 0 ? first : `${problems.size} things are missing or do not fit: ${[first, ...more].join('; ')}`,
  );
}

/** The value, or undefined when there is none: then why is one of the problems. */
async function attempt<T>(problems: Set<string>, find: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    problems.add(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The models that stages start from, as far as they are there before the first one ends; files of heads and batches. */
async function checkModels(
  environment: Environment,
  recipe: Recipe,
  problems: Set<string>,
): Promise<Map<string, Checkpoint>> {
  const { library, references } = environment;
  const { model, stages } = recipe;
  const starts = new Map<string, Checkpoint>();
  await attempt(problems, () => findCheckpoint(library, references, model.base));
  for (const [i, stage] of stages.entries()) {
    if (!isMadeOnTheWay(stage, i)) {
      const start = await attempt(problems, () => storedStart(environment, recipe, stage));
      if (start) starts.set(stage.from === 'base' ? model.base : stage.from, start);
    }
    const { batches } = stage.training;
    if (batches !== undefined) await attempt(problems, () => jsonFile(references, batches));
    else if (!stage.data)
      problems.add(`stage ${stage.name}: data: expected collection, queries and run, found nothing`);
  }
  const { head } = model;
  if (head !== undefined && head !== 'new') await attempt(problems, () => jsonFile(references, head));
  return starts;
}

/** That the block's data sets are there, and speak of the same queries and documents. */
async function checkBlock(
  { library, references, checkedRuns }: Environment,
  { place, data }: DataBlock,
  problems: Set<string>,
  checked: Set<string>,
): Promise<void> {
  const found: Partial<Record<Dataset['kind'], Dataset>> = {};
  const runs: Dataset[] = [];
  for (const { kind, reference } of referencesOf(data)) {
    const dataset = await attempt(problems, () => findDataset(library, references, kind, reference));
    if (kind !== 'run') found[kind] = dataset;
    else if (dataset) runs.push(dataset);
  }
  for (const checkpoint of encoderCheckpoints(data.run)) {
    await attempt(problems, () => findCheckpoint(library, references, checkpoint));
  }
  const { collection, queries, qrels } = found;
  const once = (...of: (Dataset | undefined)[]) => {
    const key = of.map((one) => one?.id).join(' ');
    const isNew = !checked.has(key);
    checked.add(key);
    return isNew && !of.includes(undefined);
  };
  for (const run of runs) {
    if (collection && once(run, collection)) {
      const problem = await unknownDocuments(library, collection, run);
      if (problem === undefined) checkedRuns?.add(`${collection.id} ${run.id}`);
      else problems.add(problem);
    }
    if (queries && once(run, queries, ...(qrels ? [qrels] : []))) {
      const judged = qrels && new Set(await library.queriesOf(qrels.id));
      const ranked = await library.queriesOf(run.id);
      // A ranking that nobody judged is not read where there are judgements.
      const needed = judged ? ranked.filter((query) => judged.has(query)) : ranked;
      const unknown = await library.texts(queries.id).unknown(needed);
      if (needed.length === 0)
        problems.add(`${place}: the run ${run.name} and the qrels ${qrels?.name} have no query in common`);
      if (unknown.length > 0)
        problems.add(
          `run ${run.name}: ${unknown.length} of its ${needed.length} queries are not among the queries ${queries.name}, ` +
            `the first is "${unknown[0]}"; choose the queries that it was made for`,
        );
    }
  }
  if (runs.length === 0 && qrels && queries && once(qrels, queries)) {
    const judged = await library.queriesOf(qrels.id);
    const unknown = await library.texts(queries.id).unknown(judged);
    if (unknown.length === judged.length)
      problems.add(`${place}: the qrels ${qrels.name} and the queries ${queries.name} have no query in common`);
  }
}
