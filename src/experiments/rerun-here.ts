/** A report's recipe, in the names that its data and models have in this library. */
import type { DataSources, Recipe, RunSource } from '../recipes/recipe';
import { namedStart } from '../recipes/stage-start';
import type { Checkpoint, Dataset, DatasetKind } from '../storage/entries';
import type { ExperimentReport } from './report';
import { earlierReport, type EarlierReport } from './rerun';

type NameOf = (kind: DatasetKind, reference: string) => string;

/**
 * What was a file then may be stored here by another name: found by the reference, else by the checksum, else by the name it had.
 * What is not found keeps its reference, and is told as missing.
 */
export function rerunHere(
  report: ExperimentReport,
  stored: { datasets: readonly Dataset[]; checkpoints: readonly Checkpoint[] },
): { recipe: Recipe; earlier: EarlierReport } {
  const nameOf: NameOf = (kind, reference) => {
    const ofKind = stored.datasets.filter((entry) => entry.kind === kind);
    if (ofKind.some(({ name }) => name === reference)) return reference;
    const used = report.data.find((one) => one.kind === kind && one.reference === reference);
    const found =
      ofKind.find(({ checksum }) => checksum !== undefined && checksum === used?.checksum) ??
      ofKind.find(({ name }) => name === used?.name);
    return found?.name ?? reference;
  };
  const modelOf = (reference: string) => {
    const has = ({ id, name, source, hub }: Checkpoint) => [id, name, source, hub?.model].includes(reference);
    if (stored.checkpoints.some(has)) return reference;
    const used = report.models?.find((one) => one.reference === reference);
    return stored.checkpoints.some(({ name }) => name === used?.name) ? used!.name : reference;
  };
  const earlier = earlierReport(report);
  return {
    recipe: withNames(report.recipe, nameOf, modelOf),
    earlier: {
      ...earlier,
      data: (earlier.data ?? []).map((one) => ({ ...one, reference: nameOf(one.kind, one.reference) })),
      models: (earlier.models ?? []).map((one) => ({ ...one, reference: modelOf(one.reference) })),
    },
  };
}

function withNames(recipe: Recipe, nameOf: NameOf, modelOf: (reference: string) => string): Recipe {
  const runNamed = (run: RunSource): RunSource => {
    if (typeof run === 'string') return nameOf('run', run);
    // A teacher's lists are a run by now.
    if ('rankgpt' in run) return nameOf('run', run.rankgpt.permutations);
    if ('fuse' in run) return { ...run, fuse: run.fuse.map(runNamed) };
    if (!('lateInteraction' in run) || run.lateInteraction.run === undefined) return run;
    return { lateInteraction: { ...run.lateInteraction, run: runNamed(run.lateInteraction.run) } };
  };
  const named = <Data extends DataSources>(data: Data): Data => {
    const { collection, queries, qrels, run } = data;
    return {
      ...data,
      collection: nameOf('collection', collection),
      queries: nameOf('queries', queries),
      ...(qrels === undefined ? {} : { qrels: nameOf('qrels', qrels) }),
      ...(run === undefined ? {} : { run: runNamed(run) }),
    };
  };
  const { model, stages, evaluation } = recipe;
  return {
    ...recipe,
    model: { ...model, base: modelOf(model.base) },
    stages: stages.map((stage) => ({
      ...stage,
      from: namedStart(stage) === undefined ? stage.from : modelOf(stage.from),
      ...(stage.data ? { data: named(stage.data) } : {}),
      ...(stage.validation ? { validation: named(stage.validation) } : {}),
    })),
    evaluation: { ...evaluation, testSets: evaluation.testSets.map(named) },
  };
}
