/**
 * Inputs of like length together, as indices: a batch is padded to its longest, and has at most `maxTokens` with the
 * padding (an input longer than that is alone). Longest first, so that what does not fit into memory shows at once.
 */
export function lengthBatches(lengths: readonly number[], maxTokens: number): number[][] {
  const byLength = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]!);
  const batches: number[][] = [];
  for (const index of byLength) {
    const batch = batches.at(-1);
    if (batch && lengths[batch[0]!]! * (batch.length + 1) <= maxTokens) batch.push(index);
    else batches.push([index]);
  }
  return batches;
}
