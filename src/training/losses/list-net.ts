import * as tf from '@tensorflow/tfjs';
import type { ListLoss } from './list-loss';
import { fromLabels, withoutPadding } from './lists';
import { withoutPairs } from './pairs';
import { reduced } from './reduce';
import { topOne } from './top-one';

/**
 * Cross entropy between each document's chance of being first by label and by score:
 *
 *   L = 1/|Q| Σ_q −Σ_j p_{q,j} log q_{q,j}        p = softmax(y), q = softmax(s), over the query's list
 *
 * Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007, section 5, with top one probabilities;
 * `ListNetLoss` of sentence-transformers. Its gradient is that of KLDivergence. `none` gives [queries].
 */
export const listNet: ListLoss = {
  useless: withoutPairs,
  terms: (labels) => labels.length,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const wanted = fromLabels(labels, logits.shape[1], (list) => topOne(list).probabilities);
      const terms = tf.neg(tf.sum(tf.mul(tf.logSoftmax(withoutPadding(logits, labels), 1), wanted), 1));
      return reduced(terms, labels.length, reduction);
    });
  },
};
