/** Share of the newest step in the moving average. */
const NEWEST_SHARE = 0.1;

/** Times steps, and guesses from a moving average how long the rest takes. All times in milliseconds. */
export class StepClock {
  private mark = performance.now();
  private average = 0;

  /** Time since the last lap or restart. */
  lap(): number {
    const ms = performance.now() - this.mark;
    this.mark += ms;
    this.average = this.average ? (1 - NEWEST_SHARE) * this.average + NEWEST_SHARE * ms : ms;
    return ms;
  }

  /** Leaves out what was not a step. */
  restart(): void {
    this.mark = performance.now();
  }

  eta(steps: number): number {
    return steps * this.average;
  }
}

/** Says now and then that it is time again: at most once in `intervalMs`, never for 0. */
export function createTimer(intervalMs: number, since = performance.now()): () => boolean {
  let last = since;
  return () => {
    if (intervalMs <= 0 || performance.now() - last < intervalMs) return false;
    last = performance.now();
    return true;
  };
}
