/** How long a download will take, by the pace of its last seconds: what came before a break says nothing. */
const WINDOW_MS = 8000;
/** Before that the pace is chance. */
const FIRST_MS = 1000;

/**
 * @param begin bytes that are there already.
 * @returns a function of the bytes there now and in all: milliseconds left, undefined while it cannot be told.
 */
export function remainingTime(begin: number, now: () => number = () => performance.now()) {
  const samples = [{ at: now(), done: begin }];
  return (done: number, total: number): number | undefined => {
    const at = now();
    samples.push({ at, done });
    while (samples.length > 2 && samples[1]!.at < at - WINDOW_MS) samples.shift();
    const first = samples[0]!;
    if (at - first.at < FIRST_MS || done <= first.done) return undefined;
    return Math.round(((total - done) * (at - first.at)) / (done - first.done));
  };
}
