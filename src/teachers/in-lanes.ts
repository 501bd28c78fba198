import type { Halt } from './halt';

/**
 * Works on several items at once and yields what comes of each, as it comes.
 *
 * - Stopped, each lane ends after what it is at: what it yields next is its last.
 * - A lane that fails stops the others in the same way, and its error is thrown once they have ended.
 * - Left by its reader, everything under way is dropped.
 */
export async function* inLanes<Item, Out>(
  items: Iterable<Item>,
  lanes: number,
  work: (item: Item, halt: Halt) => AsyncIterable<Out>,
  halt: Halt,
): AsyncGenerator<Out, void> {
  const stopping = new AbortController();
  const leaving = new AbortController();
  const inner: Halt = {
    stop: AbortSignal.any([halt.stop, halt.signal, stopping.signal]),
    signal: AbortSignal.any([halt.signal, leaving.signal]),
  };
  const queue: Out[] = [];
  let wake = () => {};
  let failure: { error: unknown } | undefined;
  const rest = items[Symbol.iterator]();

  const lane = async () => {
    try {
      while (!inner.stop.aborted) {
        const next = rest.next();
        if (next.done) return;
        for await (const out of work(next.value, inner)) {
          queue.push(out);
          wake();
          if (inner.stop.aborted) return;
        }
      }
    } catch (error) {
      // A pause that was cut short by a stop is no failure of its own.
      if (inner.stop.aborted && error === inner.stop.reason) return;
      failure ??= { error };
      stopping.abort(new DOMException('another lane failed', 'AbortError'));
    }
  };
  let running = lanes;
  const all = Array.from({ length: lanes }, () => lane().finally(() => (running--, wake())));
  try {
    for (;;) {
      const out = queue.shift();
      if (out !== undefined) yield out;
      else if (running === 0) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    halt.signal.throwIfAborted();
    if (failure) throw failure.error;
  } finally {
    leaving.abort(new DOMException('nobody reads any more', 'AbortError'));
    stopping.abort(leaving.signal.reason);
    await Promise.all(all);
  }
}
