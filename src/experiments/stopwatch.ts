/** Time by phase, milliseconds of one sitting. */
export class Stopwatch {
  readonly times: Record<string, number> = {};

  add(phase: string, ms: number): void {
    this.times[phase] = (this.times[phase] ?? 0) + ms;
  }

  /** Runs the work, and adds its time to the phase. */
  timed<T>(phase: string, work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.add(phase, performance.now() - started);
    }
  }
}

/** Drawing lists and tokenising them: the processor's part of a step, which on a GPU goes beside the GPU's. */
export const SAMPLING = 'sampling and tokenising';
export const VALIDATION = 'validation';
export const STORING = 'storing checkpoints';
export const READING = 'reading data, first stages';
export const CHECKING = 'checking data';
export const RERANKING = 're-ranking';
export const EVALUATING = 'evaluating';
export const training = (system: string) => `training ${system}`;
