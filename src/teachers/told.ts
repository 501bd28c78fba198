/** What work tells by callback, as an async iterable that ends with its result. */
export async function* told<Told, Result>(
  work: (tell: (item: Told) => void) => Promise<Result>,
): AsyncGenerator<Told, Result, void> {
  const queue: Told[] = [];
  let wake = () => {};
  let ended = false;
  const result = work((item) => {
    queue.push(item);
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });
  // Awaited below; until then a failure must not count as unhandled.
  result.catch(() => {});
  for (;;) {
    if (queue.length > 0) yield queue.shift()!;
    else if (ended) return await result;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
