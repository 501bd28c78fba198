import type { TrainingOptions } from '../recipes/recipe';
import type { Batch } from './batches';
import type { BatchSource } from './batch-source';

/** Which batches an optimiser step has. */
export interface StepPlan {
  /** Optimiser steps in all. */
  totalSteps: number;
  stepsPerEpoch: number;
  /** The batches of a step (from 0): `accumulate` of them, fewer at the end of an epoch. */
  batches(step: number): Batch[];
}

/**
 * Lays optimiser steps over the batches of as many epochs as are needed. A step never reaches into the next epoch, so its place
 * follows from its number alone.
 *
 * @throws RangeError when there is nothing to train on, or no end.
 */
export function createStepPlan(
  source: BatchSource,
  { accumulate, maxSteps, maxEpochs }: Pick<TrainingOptions, 'accumulate' | 'maxSteps' | 'maxEpochs'>,
): StepPlan {
  const { batchesPerEpoch } = source;
  if (batchesPerEpoch === 0) {
    throw new RangeError('training: no lists to train on; do run and judgements name the same queries?');
  }
  if (!Number.isInteger(accumulate) || accumulate < 1) {
    throw new RangeError(`training.accumulate: expected a whole number of at least 1, found ${accumulate}`);
  }
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / accumulate);
  const totalSteps = Math.min(maxSteps || Infinity, (maxEpochs || Infinity) * stepsPerEpoch);
  if (!Number.isFinite(totalSteps)) throw new RangeError('training: set maxSteps or maxEpochs: one must bound the run');
  return {
    totalSteps,
    stepsPerEpoch,
    batches(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      const from = (step % stepsPerEpoch) * accumulate;
      const count = Math.min(accumulate, batchesPerEpoch - from);
      return Array.from({ length: count }, (_, i) => source.batch(epoch, from + i));
    },
  };
}
