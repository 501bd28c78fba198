/**
 * Which segments to merge: always a tail of them, for what was added last is small, and numbers of documents must stay in order.
 *
 * A tail is merged when it is made of parts of its own size: when its first segment is no larger than `share` of the rest. So each
 * posting is written again some log(n) times, however the collection came to be, and what is large is left alone while little is
 * added to it.
 */

/** While an index is built: about nine segments become one. */
export const WHILE_BUILDING = 1 / 8;
/** When it is whole, for searches: a segment stays that is more than twice what comes after it. */
export const WHEN_WHOLE = 2;

/** A merge holds its segments and their sum in memory. */
const MOST_BYTES = 256 << 20;

/**
 * Where the tail begins that is to be merged; `sizes.length` if none is.
 * @param sizes of the segments, in bytes
 */
export function mergedTail(sizes: readonly number[], share: number, mostBytes = MOST_BYTES): number {
  let start = sizes.length;
  let tail = 0;
  for (let i = sizes.length - 1; i >= 0; i--) {
    const size = sizes[i]!;
    if (tail + size > mostBytes) break;
    if (tail > 0 && size <= share * tail) start = i;
    tail += size;
  }
  return start;
}
