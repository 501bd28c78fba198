import * as tf from '@tensorflow/tfjs';
import type { ListLoss } from './list-loss';
import { crossEntropyOfOne } from './logistic';
import { countPairs, differences, orderedPairs, withoutPairs } from './pairs';
import { reduced } from './reduce';

/**
 * RankNet: binary cross entropy of the difference of two scores, over all ordered pairs of all queries.
 *
 *   L = 1/|P| Σ_{(q,i,j) ∈ P} log(1 + exp(−(s_{q,i} − s_{q,j})))        P = { y_{q,i} > y_{q,j} }
 *
 * Burges et al., "Learning to Rank using Gradient Descent", ICML 2005, equation 3 with target probability 1; distillation from a
 * teacher's order as in Sun et al., "Is ChatGPT Good at Search?", EMNLP 2023. `none` gives [queries, width, width], 0 outside P.
 */
export const rankNet: ListLoss = {
  useless: withoutPairs,
  terms: countPairs,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const pairs = orderedPairs(labels, logits.shape[1]);
      const terms = tf.mul(crossEntropyOfOne(differences(logits)), pairs);
      return reduced(terms, countPairs(labels), reduction);
    });
  },
};
