import * as tf from '@tensorflow/tfjs';
import { currentRanks } from './current-ranks';
import type { ListLoss } from './list-loss';
import { asConstant } from './lists';
import { crossEntropyOfOne } from './logistic';
import { countPairs, differences, orderedPairs, withoutPairs } from './pairs';
import { reduced } from './reduce';

/**
 * RankNet with each pair weighted by how high the two documents stand now, so that the top of the ranking counts more:
 *
 *   L = 1/|P| Σ_{(q,i,j) ∈ P} 1/(r_{q,i} + r_{q,j}) · log(1 + exp(−(s_{q,i} − s_{q,j})))        P = { y_{q,i} > y_{q,j} }
 *
 * r is the rank from 1 by current score, the first of equals above; no gradient flows through it. Schlatt et al., "Rank-DistiLLM:
 * Closing the Effectiveness Gap Between Cross-Encoders and LLMs for Passage Re-Ranking", ECIR 2025, after the weights of Sun et al.,
 * 2023. `none` gives [queries, width, width], 0 outside P.
 */
export const weightedRankNet: ListLoss = {
  useless: withoutPairs,
  terms: countPairs,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const weights = asConstant(logits, (scores) => {
        const ranks = currentRanks(scores, labels);
        return tf.reciprocal(tf.add(tf.expandDims(ranks, 2), tf.expandDims(ranks, 1)));
      });
      const pairs = orderedPairs(labels, logits.shape[1]);
      const terms = tf.mul(crossEntropyOfOne(differences(logits)), tf.mul(pairs, weights));
      return reduced(terms, countPairs(labels), reduction);
    });
  },
};
