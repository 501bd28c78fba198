/** Gathers an experiment's report from what is stored. */
import tfjs from '@tensorflow/tfjs/package.json';
import studio from '../../package.json';
import { confidenceByMeasure } from '../evaluation/confidence';
import type { Recipe } from '../recipes/recipe';
import type { Experiment } from '../storage/entries';
import type { Environment } from './environment';
import type { ExperimentProgress } from './experiment-progress';
import { pValues } from './measure-system';
import { HEAD_SEED } from './open-checkpoint';
import type { ExperimentReport, ReportedTestSet } from './report';
import { differences, differingMeans, meansOf, type EarlierReport } from './rerun';

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
  const testSets = recipe.evaluation.testSets.map(({ name }) => reportedTestSet(name, progress));
  const earlier = experiment.references?.rerunOf as EarlierReport | undefined;
  return {
    name: experiment.name,
    recipe,
    source: { yaml: experiment.recipe, overrides: experiment.overrides ?? [] },
    startedAt: new Date(experiment.createdAt).toISOString(),
    finishedAt: new Date().toISOString(),
    software: { 'Rerank Studio': studio.version, 'TensorFlow.js': tfjs.version },
    device,
    seeds: {
      ...Object.fromEntries(recipe.stages.map(({ training }, i) => [systems[i]!, training.seed])),
      head: HEAD_SEED,
    },
    ...(progress.precisions && { precisions: progress.precisions }),
    ...(progress.used ?? { data: [] }),
    phases: progress.phases,
    checkpoints,
    testSets,
    ...(earlier
      ? {
          rerun: {
            of: { name: earlier.name, finishedAt: earlier.finishedAt },
            differences: differences(earlier, progress.used ?? { data: [], models: [], files: [] }),
            numbers: differingMeans(earlier.means, meansOf(testSets)),
          },
        }
      : {}),
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
      confidence: confidenceByMeasure(result.perQuery, Object.keys(result.mean)),
      perQuery: result.perQuery,
      ...(result.ms === undefined ? {} : { ms: result.ms }),
    })),
  };
}
