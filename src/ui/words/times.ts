/** Times as people say them. */

/** A duration: "less than a second", "42 s", "4 min", "1 h 20 min". */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A time left: "about 4 min left". */
export function timeLeft(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return 'working out the time left';
  return ms < 1500 ? 'almost done' : `about ${duration(ms)} left`;
}

const DAY_MS = 86_400_000;
const DATE = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** A moment seen from now: "just now", "5 min ago", "3 h ago", "yesterday", "12 Mar 2026". */
export function ago(then: number, now = Date.now()): string {
  const passed = now - then;
  if (passed < 60_000) return 'just now';
  if (passed < 3_600_000) return `${Math.floor(passed / 60_000)} min ago`;
  if (passed < DAY_MS) return `${Math.floor(passed / 3_600_000)} h ago`;
  if (passed < 2 * DAY_MS) return 'yesterday';
  return DATE.format(then);
}
