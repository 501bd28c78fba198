import type { TrainingOptions } from '../recipes/recipe';

/** Learning rate of an optimiser step; steps count from 0. */
export type Schedule = (step: number) => number;

/**
 * The rate rises linearly from 0 over `warmupSteps` (the first step of a warm-up has rate 0), then stays (`constant`) or falls to
 * 0 at step `totalSteps`, linearly (`linear`) or as half a cosine (`cosine`). Equal to `get_constant_schedule_with_warmup`,
 * `get_linear_schedule_with_warmup` and `get_cosine_schedule_with_warmup` of Hugging Face transformers (`optimization.py`).
 *
 * @throws RangeError when a schedule that falls has no end.
 */
export function createSchedule(
  { schedule, learningRate, warmupSteps }: Pick<TrainingOptions, 'schedule' | 'learningRate' | 'warmupSteps'>,
  totalSteps: number,
): Schedule {
  if (schedule !== 'constant' && !Number.isFinite(totalSteps)) {
    throw new RangeError(`training.schedule: ${schedule} needs an end: set maxSteps or maxEpochs`);
  }
  return (step) => {
    if (step < warmupSteps) return learningRate * (step / Math.max(1, warmupSteps));
    if (schedule === 'constant') return learningRate;
    const left = Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
    return learningRate * (schedule === 'linear' ? left : 0.5 * (1 - Math.cos(Math.PI * left)));
  };
}
