import * as tf from '@tensorflow/tfjs';
import type { Labels, ListLoss } from './list-loss';
import { reduced } from './reduce';

/**
 * Localized contrastive estimation: cross entropy over a query's own list, which holds one relevant document and hard negatives
 * from the first stage.
 *
 *   L = 1/|Q| Σ_q −log( exp s_{q,t} / Σ_j exp s_{q,j} )        t = argmax_j y_{q,j}, the first of equals
 *
 * Gao, Dai & Callan, "Rethink Training of BERT Rerankers in Multi-Stage Retrieval Pipeline", ECIR 2021, equation 5.
 * `none` gives [queries].
 */
export const localizedContrastive: ListLoss = {
  paper: 'https://arxiv.org/abs/2101.08751',
  useless: (labels) =>
    labels.some((label) => label > 0)
      ? undefined
      : 'no relevant document: the loss would train toward the first document',
  terms: (labels) => labels.length,
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const { target, absent } = masks(labels, logits.shape[1]);
      // The subtracted amount removes padded places from the sum whatever they hold, without an infinity.
      const scores = tf.add(tf.mul(logits, tf.sub(1, absent)), tf.mul(absent, -1e9));
      const terms = tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores, 1), target), 1));
      return reduced(terms, labels.length, reduction);
    });
  },
};

/** One at each row's target, and one at each padded place; both [queries, width]. */
function masks(labels: Labels, width: number): { target: tf.Tensor2D; absent: tf.Tensor2D } {
  const [target, absent] = [new Float32Array(labels.length * width), new Float32Array(labels.length * width)];
  labels.forEach((row, q) => {
    target[q * width + row.indexOf(Math.max(...row))] = 1;
    absent.fill(1, q * width + row.length, (q + 1) * width);
  });
  const shape: [number, number] = [labels.length, width];
  return { target: tf.tensor2d(target, shape), absent: tf.tensor2d(absent, shape) };
}
