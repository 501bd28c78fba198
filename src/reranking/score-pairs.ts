import { oneAhead } from '../kernels/one-ahead';
import { readBack } from '../kernels/read-back';
import type { CrossEncoder } from '../models/cross-encoder';
import { packBatch } from '../text/pack';
import type { EncodedPair } from '../text/pair-encoder';
import { tokenBatches } from '../text/token-batches';

/** Scores of some consecutive inputs, as they come. */
export interface ScoredInputs {
  /** Index of the first of them. */
  first: number;
  scores: Float32Array;
  /** Real tokens. */
  tokens: number;
}

/**
 * Tokens scored at once unless said otherwise. MiniLM on wasm scores 1,200 tokens a second in batches of 256, 1,240 of 512, 1,270 of 1,024,
 * 1,290 of 2,048 and of 4,096: larger ones only make a cancel wait.
 */
export const TOKENS_AT_ONCE = 2048;

/**
 * Scores inputs in their order, without dropout. While the device works on a batch the next one is packed and handed over, so that
 * it never waits. Batches need no sorting by length: nothing is padded.
 *
 * @param maxTokens bound on a batch's tokens
 */
export function scorePairs(
  model: CrossEncoder,
  inputs: readonly EncodedPair[],
  maxTokens = TOKENS_AT_ONCE,
): AsyncGenerator<ScoredInputs, void> {
  return oneAhead(tokenBatches(inputs, maxTokens), ([from, to]) => {
    const batch = packBatch(inputs.slice(from, to));
    const logits = model.logits(batch);
    const values = readBack(logits, 'scores').finally(() => logits.dispose());
    return values.then((scores) => ({ first: from, scores: Float32Array.from(scores), tokens: batch.tokens }));
  });
}
