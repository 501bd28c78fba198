import type { EncodedPair } from './pair-encoder';

/** Cuts inputs into consecutive batches of at most `maxTokens` tokens; an input longer than that is a batch of its own. */
export function tokenBatches(inputs: readonly EncodedPair[], maxTokens: number): [from: number, to: number][] {
  const batches: [number, number][] = [];
  let tokens = 0;
  inputs.forEach(({ ids }, i) => {
    const batch = batches.at(-1);
    if (batch && tokens + ids.length <= maxTokens) {
      batch[1] = i + 1;
      tokens += ids.length;
    } else {
      batches.push([i, i + 1]);
      tokens = ids.length;
    }
  });
  return batches;
}
