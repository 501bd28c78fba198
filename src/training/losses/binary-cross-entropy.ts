import * as tf from '@tensorflow/tfjs';
import type { ListLoss } from './list-loss';
import { fromLabels } from './lists';
import { crossEntropyOf } from './logistic';
import { reduced } from './reduce';

/**
 * Binary cross entropy of each document by itself: a query's list is no more than a bag of pairs.
 *
 *   L = 1/|D| Σ_{q,i} −t_{q,i} log σ(s_{q,i}) − (1 − t_{q,i}) log(1 − σ(s_{q,i}))        t = y held between 0 and 1
 *
 * Nogueira & Cho, "Passage Re-ranking with BERT", 2019, equation 1; `BinaryCrossEntropyLoss` of sentence-transformers, which takes labels as
 * they are: here a grade of 1 or more is relevant, and an unjudged document is not. A teacher's probabilities stay what they are. `none` gives
 * [queries, width], 0 at padded places.
 */
export const binaryCrossEntropy: ListLoss = {
  // A document that is not relevant teaches just as well.
  useless: () => undefined,
  terms: (labels) => labels.reduce((sum, { length }) => sum + length, 0),
  of(logits, labels, reduction = 'mean') {
    return tf.tidy(() => {
      const width = logits.shape[1];
      const targets = fromLabels(labels, width, (list) => list.map((label) => Math.min(1, Math.max(0, label))));
      const present = fromLabels(labels, width, (list) => list.map(() => 1));
      // Multiplied before: what a padded place holds may be too large for an exponential.
      const terms = tf.mul(crossEntropyOf(tf.mul(logits, present), targets), present);
      return reduced(terms, binaryCrossEntropy.terms(labels), reduction);
    });
  },
};
