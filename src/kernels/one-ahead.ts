import { turn } from './turn';

/**
 * What `start` makes of each item, in their order, one item ahead: while the device works on one the next is handed over already, so
 * that it never waits. Lets messages be heard between two.
 *
 *   start 0 │ start 1 │ yield 0 │ start 2 │ yield 1 │ yield 2
 *
 * @throws what `start` throws or rejects with; the latter when that item's turn has come.
 */
export async function* oneAhead<Item, Made>(
  items: Iterable<Item>,
  start: (item: Item) => Promise<Made>,
): AsyncGenerator<Made, void> {
  let waiting: Promise<Made> | undefined;
  for (const item of items) {
    const next = start(item);
    // Awaited one item later; until then a failure must not count as unhandled.
    next.catch(() => {});
    const before = waiting;
    waiting = next;
    await turn();
    if (before) yield await before;
  }
  if (waiting) yield await waiting;
}
