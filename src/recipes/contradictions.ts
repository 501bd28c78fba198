import type { KeyPath } from './overrides';
import type { Recipe, Stage } from './recipe';
import { BEFORE_TRAINING, systemNames } from './systems';

export interface Contradiction {
  path: KeyPath;
  reason: string;
}

/**
 * Values that are right each for itself, but not together.
 * @param staged whether the recipe's stages stand under `stages`, for where the keys are.
 */
export function contradictions({ stages, evaluation }: Recipe, staged: boolean): Contradiction[] {
  return [
    ...stages.flatMap((stage, i) =>
      ofStage(stage, i).map(({ path, reason }) => ({ path: staged ? ['stages', i, ...path] : path, reason })),
    ),
    ...repeated(systemNames(stages), [BEFORE_TRAINING, 'BM25']).map((i) => ({
      path: staged ? ['stages', i, 'name'] : ['name'],
      reason: 'expected a name that no other system of the tables has: give the stage a name of its own',
    })),
    ...repeated(evaluation.testSets.map(({ name }) => name)).map((i) => ({
      path: ['evaluation', 'testSets', i, 'name'],
      reason: 'expected a name that no other test set has',
    })),
  ];
}

function ofStage({ from, data, validation, sampling, training }: Stage, index: number): Contradiction[] {
  const found: Contradiction[] = [];
  const add = (path: KeyPath, reason: string) => found.push({ path, reason });
  const { trainSampleSize: size, trainSampleDepth: depth } = sampling;
  const sampled = training.batches === undefined;
  if (depth !== -1 && size > depth) {
    add(
      ['sampling', 'trainSampleSize'],
      `expected at most trainSampleDepth (${depth}), found ${size}; lower it, or set trainSampleDepth to -1`,
    );
  }
  if (sampled && training.maxSteps === 0 && training.maxEpochs === 0) {
    add(['training', 'maxSteps'], 'expected a bound here or in maxEpochs, found 0 in both');
  }
  if (sampled && sampling.targets === 'score' && sampling.keepNonRetrieved !== false) {
    add(
      ['sampling', 'targets'],
      'expected keepNonRetrieved: false beside score: a document that the run does not have has no score',
    );
  }
  if (
    sampled &&
    training.loss === 'BinaryCrossEntropy' &&
    sampling.useRanksAsQrels &&
    sampling.targets === 'relevance'
  ) {
    add(
      ['training', 'loss'],
      'expected labels from 0 to 1 for BinaryCrossEntropy, found ranks: set useRanksAsQrels to false, or choose another loss',
    );
  }
  if (data && sampled && data.run === undefined) {
    add(['data'], 'expected a run (or bm25, dense, lateInteraction, fuse, rankgpt) to draw lists from, found none');
  }
  if (data && sampled && !data.qrels && !sampling.useRanksAsQrels) {
    add(['data'], 'expected qrels, or sampling.useRanksAsQrels: true; found neither');
  }
  if (validation && !validation.qrels) add(['validation'], 'expected qrels to measure with, found none');
  if (validation && validation.run === undefined) {
    add(['validation'], 'expected a run (or bm25) to re-rank, found none');
  }
  if (from === 'previous' && index === 0) {
    add(['from'], 'expected base, auto or a checkpoint: there is no stage before the first');
  }
  return found;
}

/** Which of the names stood before, or are taken. */
function repeated(names: readonly string[], taken: readonly string[] = []): number[] {
  return names.flatMap((name, i) => (taken.includes(name) || names.indexOf(name) < i ? [i] : []));
}
