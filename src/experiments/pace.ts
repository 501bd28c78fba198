import type { Progress } from './progress';

/** Progress of work that begins now, with the time that is left at the pace so far. What was done `before` it does not count for the pace. */
export class Pace {
  private readonly started = Date.now();

  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly before = 0,
  ) {}

  at(done: number): Progress {
    const { what, total, before, started } = this;
    const remainingMs = Math.round(((Date.now() - started) / (done - before)) * (total - done));
    return { type: 'progress', what, done, total, ...(done > before ? { remainingMs } : {}) };
  }
}
