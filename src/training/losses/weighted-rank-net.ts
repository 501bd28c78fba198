import * as tf from '@tensorflow/tfjs';
import type { Labels, ListLoss } from './list-loss';
import { countPairs, crossEntropyOfOne, differences, orderedPairs, withoutPairs } from './pairs';
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
  paper: 'https://arxiv.org/abs/2405.07920',
  useless: withoutPairs,
  terms: countPairs,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const pairs = orderedPairs(labels, logits.shape[1]);
      const terms = tf.mul(crossEntropyOfOne(differences(logits)), tf.mul(pairs, pairWeights(logits, labels)));
      return reduced(terms, countPairs(labels), reduction);
    });
  },
};

/** 1/(r_i + r_j): [queries, width, width], as a constant to the gradient. */
function pairWeights(logits: tf.Tensor2D, labels: Labels): tf.Tensor {
  const constant = tf.customGrad((x) => ({
    value: tf.tidy(() => {
      const ranks = currentRanks(x as tf.Tensor2D, labels);
      return tf.reciprocal(tf.add(tf.expandDims(ranks, 2), tf.expandDims(ranks, 1)));
    }),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }));
  return constant(logits);
}

/**
 * Rank of each document by score: 1 + the documents of its list with a higher score + those with the same score before it. [queries,
 * width]; what padded places get does not matter, but they do not count.
 */
export function currentRanks(logits: tf.Tensor2D, labels: Labels): tf.Tensor2D {
  return tf.tidy(() => {
    const width = logits.shape[1];
    const present = new Float32Array(labels.length * width);
    labels.forEach((row, q) => present.fill(1, q * width, q * width + row.length));
    const [mine, other] = [tf.expandDims(logits, 2), tf.expandDims(logits, 1)];
    const before = tf.tensor2d(
      Float32Array.from({ length: width * width }, (_, at) => (at % width < Math.floor(at / width) ? 1 : 0)),
      [width, width],
    );
    const above = tf.add(
      tf.cast(tf.greater(other, mine), 'float32'),
      tf.mul(tf.cast(tf.equal(other, mine), 'float32'), before),
    );
    const counted = tf.mul(above, tf.tensor3d(present, [labels.length, 1, width]));
    return tf.add(tf.sum(counted, 2), 1) as tf.Tensor2D;
  });
}
