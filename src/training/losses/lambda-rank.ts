import * as tf from '@tensorflow/tfjs';
import { currentRanks } from './current-ranks';
import type { ListLoss } from './list-loss';
import { asConstant, fromLabels } from './lists';
import { crossEntropyOfOne } from './logistic';
import { countPairs, differences, orderedPairs, withoutPairs } from './pairs';
import { reduced } from './reduce';

/**
 * RankNet with each pair weighted by how much nDCG would change if the two documents changed places now:
 *
 *   L = 1/|P| Σ_{(q,i,j) ∈ P} |G_i − G_j| · |1/D(r_i) − 1/D(r_j)| · log₂(1 + exp(−(s_{q,i} − s_{q,j})))        P = { y_{q,i} > y_{q,j} }
 *   G_i = (2^y_i − 1) / maxDCG_q        D(r) = log₂(1 + r)
 *
 * r is the rank from 1 by current score, the first of equals above; no gradient flows through it. A grade below 0 gains as one of 0. Burges,
 * "From RankNet to LambdaRank to LambdaMART", 2010, as a loss: Wang et al., "The LambdaLoss Framework for Ranking Metric Optimization", CIKM 2018;
 * `LambdaLoss` with `LambdaRankScheme` of sentence-transformers, from allRank's `lambdaLoss`, without their bound of 1e-10
 * on the probability, under which a pair more than 23 apart the wrong way has no gradient. `none` gives [queries, width, width], 0 outside P.
 */
export const lambdaRank: ListLoss = {
  useless: (labels) =>
    withoutPairs(labels) ??
    (labels.some((label) => label > 0) ? undefined : 'no relevant document: no order of it has a gain'),
  terms: countPairs,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const width = logits.shape[1];
      const gains = tf.abs(differences(fromLabels(labels, width, normalisedGains)));
      const discounts = asConstant(logits, (scores) => {
        const inverse = tf.div(Math.LN2, tf.log1p(currentRanks(scores, labels)));
        return tf.abs(differences(inverse as tf.Tensor2D));
      });
      const weights = tf.mul(tf.mul(gains, discounts), orderedPairs(labels, width));
      const terms = tf.mul(tf.div(crossEntropyOfOne(differences(logits)), Math.LN2), weights);
      return reduced(terms, countPairs(labels), reduction);
    });
  },
};

/** (2^y − 1) / maxDCG of each document, of labels held above 0. Both are divided by the largest gain: ranks as labels are large. */
function normalisedGains(list: readonly number[]): number[] {
  const grades = list.map((label) => Math.max(0, label));
  const largest = Math.max(...grades);
  const gains = grades.map((grade) => 2 ** (grade - largest) - 2 ** -largest);
  const ideal = [...gains].sort((a, b) => b - a).reduce((sum, gain, i) => sum + gain / Math.log2(2 + i), 0);
  return ideal > 0 ? gains.map((gain) => gain / ideal) : gains;
}
