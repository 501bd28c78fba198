import type { Clock } from '../../src/teachers/clock';

/** A clock that jumps: sleeping takes no time, and what was slept is written down. */
export class FakeClock implements Clock {
  time = Date.UTC(2026, 0, 1);
  readonly slept: number[] = [];

  now = () => this.time;
  /** No chance: pauses have their full length. */
  random = () => 0;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.time += ms;
    await Promise.resolve();
  }
}

/** Never halts, unless its controllers are used. */
export function halting() {
  const [stop, abort] = [new AbortController(), new AbortController()];
  return { halt: { stop: stop.signal, signal: abort.signal }, stop, abort };
}
