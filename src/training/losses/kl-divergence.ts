import * as tf from '@tensorflow/tfjs';
import type { ListLoss } from './list-loss';
import { fromLabels, withoutPadding } from './lists';
import { withoutPairs } from './pairs';
import { reduced } from './reduce';
import { topOne } from './top-one';

/**
 * Divergence of the model's distribution over a list from the teacher's:
 *
 *   L = 1/|Q| Σ_q Σ_j p_{q,j} (log p_{q,j} − log q_{q,j})        p = softmax(y), q = softmax(s), over the query's list
 *
 * Kullback & Leibler, 1951; for distillation Hinton et al., "Distilling the Knowledge in a Neural Network", 2015, at temperature 1; `KLDivergence` of
 * Lightning IR. Labels are the teacher's scores (`sampling.targets: score`). `none` gives [queries].
 */
export const klDivergence: ListLoss = {
  useless: withoutPairs,
  terms: (labels) => labels.length,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const width = logits.shape[1];
      const wanted = fromLabels(labels, width, (list) => topOne(list).probabilities);
      const logarithms = fromLabels(labels, width, (list) => topOne(list).logarithms);
      const found = tf.logSoftmax(withoutPadding(logits, labels), 1);
      return reduced(tf.sum(tf.mul(wanted, tf.sub(logarithms, found)), 1), labels.length, reduction);
    });
  },
};
