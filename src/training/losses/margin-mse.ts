import * as tf from '@tensorflow/tfjs';
import type { ListLoss } from './list-loss';
import { fromLabels } from './lists';
import { countPairs, differences, orderedPairs, withoutPairs } from './pairs';
import { reduced } from './reduce';

/**
 * Squared error of the margin between two documents against the teacher's, over all ordered pairs of all queries:
 *
 *   L = 1/|P| Σ_{(q,i,j) ∈ P} ( (s_{q,i} − s_{q,j}) − (y_{q,i} − y_{q,j}) )²        P = { y_{q,i} > y_{q,j} }
 *
 * Hofstätter et al., "Improving Efficient Neural Ranking Models with Cross-Architecture Knowledge Distillation", 2020,
 * section 3 ("Margin-MSE");
 * `SupervisedMarginMSE` of Lightning IR, and, for lists of two, `MarginMSELoss` of sentence-transformers' cross-encoders. Labels are the
 * teacher's scores (`sampling.targets: score`). `none` gives [queries, width, width], 0 outside P.
 */
export const marginMse: ListLoss = {
  useless: withoutPairs,
  terms: countPairs,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const width = logits.shape[1];
      const wanted = fromLabels(labels, width, (list) => list);
      const error = tf.sub(differences(logits), differences(wanted));
      const terms = tf.mul(tf.square(error), orderedPairs(labels, width));
      return reduced(terms, countPairs(labels), reduction);
    });
  },
};
