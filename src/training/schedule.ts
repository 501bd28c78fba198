import type { TrainingOptions } from '../recipes/recipe';

/** Learning rate of an optimiser step; steps count from 0. */
export type Schedule = (step: number) => number;

/**
 * The rate rises linearly from 0 over `warmupSteps` (the first step of a warm-up has rate 0), then stays (`constant`) or falls
 * linearly to 0 at step `totalSteps` (`linear`). Equal to `get_constant_schedule_with_warmup` and
 * `get_linear_schedule_with_warmup` of Hugging Face transformers (`optimization.py`).
 *
 * @throws RangeError when a linear schedule has no end, or none after its warm-up.
 */
export function createSchedule(
  { schedule, learningRate, warmupSteps }: Pick<TrainingOptions, 'schedule' | 'learningRate' | 'warmupSteps'>,
  totalSteps: number,
): Schedule {
  if (schedule === 'linear' && !Number.isFinite(totalSteps)) {
    throw new RangeError('training.schedule: linear needs an end: set maxSteps or maxEpochs');
  }
  return (step) => {
    if (step < warmupSteps) return learningRate * (step / Math.max(1, warmupSteps));
    if (schedule === 'constant') return learningRate;
    return learningRate * Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
  };
}
