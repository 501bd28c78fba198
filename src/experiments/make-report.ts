/** Gathers an experiment's report from what is stored. */
import tfjs from '@tensorflow/tfjs/package.json';
import studio from '../../package.json';
import type { DataSources, Recipe } from '../recipes/recipe';
import type { Dataset, DatasetKind, Experiment } from '../storage/entries';
import { runReference } from './data-sources';
import type { Environment } from './environment';
import type { ExperimentProgress } from './experiment-progress';
import { pValues } from './measure-system';
import type { ExperimentReport, ReportedTestSet } from './report';
import { findDataset } from './sources';

/** What the experiment ran on. */
export type Circumstances = ExperimentReport['device'];

export async function makeReport(
  environment: Environment,
  recipe: Recipe,
  experiment: Experiment,
  progress: ExperimentProgress,
  systems: readonly string[],
  device: Circumstances,
): Promise<ExperimentReport> {
  const { library } = environment;
  const checkpoints = await Promise.all(
    progress.checkpoints.map(async (id, i) => ({
      system: systems[i]!,
      id,
      name: (await library.checkpoint(id))?.name ?? 'deleted',
    })),
  );
  return {
    name: experiment.name,
    recipe,
    source: { yaml: experiment.recipe, overrides: experiment.overrides ?? [] },
    startedAt: new Date(experiment.createdAt).toISOString(),
    finishedAt: new Date().toISOString(),
    software: { 'Rerank Studio': studio.version, 'TensorFlow.js': tfjs.version },
    device,
    data: (await usedData(environment, recipe)).map(({ kind, name, count, bytes, source }) => ({
      kind,
      name,
      count,
      bytes,
      source,
    })),
    phases: progress.phases,
    checkpoints,
    testSets: recipe.evaluation.testSets.map(({ name }) => reportedTestSet(name, progress)),
  };
}

function reportedTestSet(name: string, { results }: ExperimentProgress): ReportedTestSet {
  const own = results.filter(({ testSet }) => testSet === name);
  const [first] = own;
  return {
    name,
    queries: first ? Object.keys(first.perQuery).length : 0,
    systems: own.map((result) => ({
      system: result.system,
      run: result.run,
      mean: result.mean,
      p: pValues(result, result === first ? undefined : first),
      perQuery: result.perQuery,
      ...(result.ms === undefined ? {} : { ms: result.ms }),
    })),
  };
}

/** Every data set that the recipe reads, once. */
async function usedData({ library, references }: Environment, recipe: Recipe): Promise<Dataset[]> {
  const blocks: DataSources[] = [
    ...recipe.stages.flatMap(({ data, validation, training }) => [
      ...(data ? [training.batches ? textsOnly(data) : data] : []),
      ...(validation && training.validateEvery > 0 ? [validation] : []),
    ]),
    ...recipe.evaluation.testSets,
  ];
  const found = new Map<string, Dataset>();
  for (const { collection, queries, qrels, run } of blocks) {
    const named: [DatasetKind, string | undefined][] = [
      ['collection', collection],
      ['queries', queries],
      ['qrels', qrels],
      ['run', runReference(run)],
    ];
    for (const [kind, reference] of named) {
      if (reference === undefined) continue;
      const dataset = await findDataset(library, references, kind, reference);
      found.set(dataset.id, dataset);
    }
  }
  return [...found.values()];
}

/** What explicit batches need: their lists and labels are in their file. */
const textsOnly = ({ collection, queries }: DataSources): DataSources => ({ collection, queries });
