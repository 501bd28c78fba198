import * as tf from '@tensorflow/tfjs';
import type { ListLoss } from './list-loss';
import { fromLabels, withoutPadding } from './lists';
import { reduced } from './reduce';

/**
 * Localized contrastive estimation: cross entropy over a query's own list, which holds one relevant document and hard negatives
 * from the first stage.
 *
 *   L = 1/|Q| Σ_q −log( exp s_{q,t} / Σ_j exp s_{q,j} )        t = argmax_j y_{q,j}, the first of equals
 *
 * Gao, Dai & Callan, "Rethink Training of BERT Rerankers in Multi-Stage Retrieval Pipeline", ECIR 2021, equation 5; `InfoNCE` of Lightning IR.
 * `none` gives [queries].
 */
export const localizedContrastive: ListLoss = {
  useless: (labels) =>
    labels.some((label) => label > 0)
      ? undefined
      : 'no relevant document: the loss would train toward the first document',
  terms: (labels) => labels.length,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const target = fromLabels(labels, logits.shape[1], oneAtTheLargest);
      const terms = tf.neg(tf.sum(tf.mul(tf.logSoftmax(withoutPadding(logits, labels), 1), target), 1));
      return reduced(terms, labels.length, reduction);
    });
  },
};

function oneAtTheLargest(list: readonly number[]): number[] {
  const target = list.indexOf(Math.max(...list));
  return list.map((_, i) => (i === target ? 1 : 0));
}
