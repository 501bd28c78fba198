import type { Clock } from '../clock';
import { EndpointError, PassingError } from './endpoint-error';

/** Told before a pause. */
export interface Waiting {
  because: string;
  ms: number;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** An endpoint that asks for more than this is given up: the user may go on later. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;

/**
 * Tries again while `attempt` throws PassingError: after 1, 2, 4 … 60 s, each shortened at random by up to a half so that
 * many who wait don't come back together, and never before the endpoint's `Retry-After`. Yields before each pause.
 * @param attempts in all
 * @throws the last error, or at once any other
 */
export async function* retried<T>(
  attempt: () => Promise<T>,
  attempts: () => number,
  clock: Clock,
  stop: AbortSignal,
): AsyncGenerator<Waiting, T, void> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      const { message, retryAfterMs = 0 } = error;
      if (failures >= attempts()) throw error;
      if (retryAfterMs > LONGEST_RETRY_AFTER_MS) {
        const minutes = Math.ceil(retryAfterMs / 60_000);
        throw new EndpointError(`${message}; it asks to come back in ${minutes} minutes`, error.status, {
          cause: error,
        });
      }
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (1 - clock.random() / 2);
      const ms = Math.max(pause, retryAfterMs);
      yield { because: message, ms };
      await clock.sleep(ms, stop);
    }
  }
}
