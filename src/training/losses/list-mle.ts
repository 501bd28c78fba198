import type { ListLoss } from './list-loss';
import { plackettLuce } from './plackett-luce';
import { withoutPairs } from './pairs';
import { reduced } from './reduce';

/**
 * How unlikely the order by label is, when documents are drawn one after the other by their scores:
 *
 *   L = 1/|Q| Σ_q −Σ_k log( exp s_{q,π(k)} / Σ_{l ≥ k} exp s_{q,π(l)} )        π: documents by label, the first of equals above
 *
 * Xia et al., "Listwise Approach to Learning to Rank: Theory and Algorithm", ICML 2008: the likelihood loss; `ListMLELoss` of sentence-transformers
 * (there a shorter list's padding counts as documents of score 0; here it never counts). Lists are shuffled, so that equal labels
 * come in a random order. `none` gives [queries].
 */
export const listMle: ListLoss = {
  useless: withoutPairs,
  terms: (labels) => labels.length,
  of: (logits, labels, reduction = 'mean') =>
    reduced(
      plackettLuce(logits, labels, () => 1),
      labels.length,
      reduction,
    ),
};
