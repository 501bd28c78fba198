import type { Progress } from './progress';

/** Progress of work that begins now, with the time that is left at the pace so far. */
export class Pace {
  private readonly started = Date.now();

  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {}

  at(done: number): Progress {
    const { what, total, started } = this;
    const remainingMs = Math.round(((Date.now() - started) / done) * (total - done));
    return { type: 'progress', what, done, total, ...(done > 0 ? { remainingMs } : {}) };
  }
}
