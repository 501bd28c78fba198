/** Training ran into numbers that are not finite. What was stored before is untouched. */
export class DivergenceError extends Error {
  override name = 'DivergenceError';

  constructor(
    readonly step: number,
    readonly learningRate: number,
    what: string,
  ) {
    super(
      `Training diverged at step ${step}: ${what} at learning rate ${learningRate}. Stored checkpoints are as they were. ` +
        `Try a learning rate of ${Number((learningRate / 10).toPrecision(2))} or less, a warm-up of some hundred steps, ` +
        'a smaller clipNorm, or precision f32',
    );
  }
}
