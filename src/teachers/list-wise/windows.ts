/** Passages of a window, and places that the next one is further to the front: RankGPT's (Sun et al. 2023, section 3.2). */
export const WINDOW = { size: 20, step: 10 } as const;

export interface WindowShape {
  size: number;
  /** Smaller than `size`, so that what one window finds best takes part in the next. */
  step: number;
}

/**
 * The windows over a list of `length` passages, `[from, to)`, from its end to its front: what a window finds best moves
 * into the next one.
 *
 *     length 40, size 20, step 10        20 ………… 40
 *                                   10 ………… 30
 *                               0 ………… 20
 *
 * Where the list is no multiple of the step, the first window at the front is shorter, as in RankLLM: RankGPT's own loop
 * would never show the passages at the front.
 */
export function windowsOf(length: number, { size, step }: WindowShape = WINDOW): [from: number, to: number][] {
  const windows: [number, number][] = [];
  for (let to = length; to > 1; to -= step) {
    const from = Math.max(0, to - size);
    windows.push([from, to]);
    if (from === 0) break;
  }
  return windows;
}
