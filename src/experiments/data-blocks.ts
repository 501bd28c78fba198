/** What a recipe reads, block by block: for checks before the work, and for the report after it. */
import type { DataSources, Recipe } from '../recipes/recipe';
import { readRuns } from '../recipes/run-sources';
import type { Dataset, DatasetKind } from '../storage/entries';
import type { Environment } from './environment';
import { findDataset } from './sources';

export interface DataBlock {
  /** For messages: `CL: data`, `test set dl19`. */
  place: string;
  data: DataSources;
}

/** The blocks that are read: no run where batches are given, no validation where none is done. */
export function dataBlocks({ stages, evaluation }: Recipe): DataBlock[] {
  return [
    ...stages.flatMap(({ name, data, validation, training }) => [
      ...(data ? [{ place: `${name}: data`, data: training.batches ? textsOnly(data) : data }] : []),
      ...(validation && training.validateEvery > 0 ? [{ place: `${name}: validation`, data: validation }] : []),
    ]),
    ...evaluation.testSets.map((data) => ({ place: `test set ${data.name}`, data })),
  ];
}

/** What explicit batches need: their lists and labels are in their file. */
const textsOnly = ({ collection, queries }: DataSources): DataSources => ({ collection, queries });

export interface DataReference {
  kind: DatasetKind;
  reference: string;
}

/** The stored data sets that a block names. */
export function referencesOf({ collection, queries, qrels, run }: DataSources): DataReference[] {
  return [
    { kind: 'collection', reference: collection },
    { kind: 'queries', reference: queries },
    ...(qrels === undefined ? [] : [{ kind: 'qrels' as const, reference: qrels }]),
    ...readRuns(run).map((reference) => ({ kind: 'run' as const, reference })),
  ];
}

export interface UsedDataset extends DataReference {
  dataset: Dataset;
}

/** Every data set that the recipe reads, once a reference. @throws Error naming one that is not stored. */
export async function usedData({ library, references }: Environment, recipe: Recipe): Promise<UsedDataset[]> {
  const used = new Map<string, UsedDataset>();
  for (const one of dataBlocks(recipe).flatMap(({ data }) => referencesOf(data))) {
    const key = `${one.kind}:${one.reference}`;
    if (used.has(key)) continue;
    used.set(key, { ...one, dataset: await findDataset(library, references, one.kind, one.reference) });
  }
  return [...used.values()];
}
