import type { Run } from '../formats/records';

export interface ScoreStatistics {
  mean: number;
  /** With n − 1 in the denominator, as torch.var; 0 with fewer than two scores. */
  variance: number;
}

/** Mean and variance of all scores of a run: a model whose scores fall together ranks by noise. */
export function scoreStatistics(run: Run): ScoreStatistics {
  // Welford's recurrence: one pass, and no cancellation when the scores are large.
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (const ranking of run.values()) {
    for (const { score } of ranking) {
      const away = score - mean;
      mean += away / ++n;
      squares += away * (score - mean);
    }
  }
  return { mean, variance: n < 2 ? 0 : squares / (n - 1) };
}
