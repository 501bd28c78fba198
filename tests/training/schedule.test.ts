import { describe, expect, it } from 'vitest';
import { afterValidation, FRESH } from '../../src/training/early-stopping';
import { createSchedule } from '../../src/training/schedule';

describe('createSchedule', () => {
  const rates = (schedule: 'constant' | 'linear' | 'cosine', warmupSteps: number, total: number) => {
    const rate = createSchedule({ schedule, learningRate: 1e-3, warmupSteps }, total);
    return Array.from({ length: total }, (_, step) => rate(step));
  };

  // transformers 4.46.3: [get_…_schedule_with_warmup(optimizer, 4[, 10]).lr_lambdas[0](s) · 1e-3 for s in range(10)]
  it('equals get_constant_schedule_with_warmup', () => {
    const expected = [0, 0.00025, 0.0005, 0.00075, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001];
    rates('constant', 4, 10).forEach((rate, step) => expect(rate).toBeCloseTo(expected[step]!, 12));
  });

  it('equals get_linear_schedule_with_warmup', () => {
    const sixth = 0.001 / 6;
    const expected = [0, 0.00025, 0.0005, 0.00075, 0.001, 5 * sixth, 4 * sixth, 3 * sixth, 2 * sixth, sixth];
    rates('linear', 4, 10).forEach((rate, step) => expect(rate).toBeCloseTo(expected[step]!, 12));
  });

  it('equals get_cosine_schedule_with_warmup', () => {
    const expected = [0, 0.25, 0.5, 0.75, 1, 0.9330127018922194, 0.75, 0.5, 0.25, 0.06698729810778065];
    rates('cosine', 4, 10).forEach((rate, step) => expect(rate).toBeCloseTo(expected[step]! / 1000, 12));
  });

  it('starts at the full rate without a warm-up', () => {
    expect(rates('constant', 0, 2)).toEqual([1e-3, 1e-3]);
    expect(rates('linear', 0, 2)).toEqual([1e-3, 5e-4]);
  });

  it.each(['linear', 'cosine'] as const)('asks a %s schedule for its end', (schedule) => {
    expect(() => createSchedule({ schedule, learningRate: 1, warmupSteps: 0 }, Infinity)).toThrow(/maxSteps/);
  });
});

describe('afterValidation', () => {
  const run = (losses: number[], patience: number) => {
    let state = FRESH;
    return losses.map((loss) => {
      const { improved, stop, ...rest } = afterValidation(state, loss, patience);
      state = rest;
      return [improved, stop];
    });
  };

  it('stops after as many validations without a lower loss as it has patience', () => {
    expect(run([3, 2, 2, 2.5, 1, 1.1, 1.2], 2)).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [false, true],
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  it('never stops without a patience, and does not take NaN for better', () => {
    expect(run([1, NaN, 2, 3], 0)).toEqual([
      [true, false],
      [false, false],
      [false, false],
      [false, false],
    ]);
  });
});
