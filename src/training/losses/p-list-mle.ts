import type { ListLoss } from './list-loss';
import { plackettLuce } from './plackett-luce';
import { withoutPairs } from './pairs';
import { reduced } from './reduce';

/**
 * Position-aware ListMLE: each choice weighted by its rank, α(k) = 2^(n−k+1) − 1 for k = 1 … n, all weights of a list together 1:
 *
 *   L = 1/|Q| Σ_q −Σ_k α(k)/Σα · log( exp s_{q,π(k)} / Σ_{l ≥ k} exp s_{q,π(l)} )
 *
 * Lan et al., "Position-Aware ListMLE: A Sequential Learning Process for Ranking", UAI 2014; weights and their
 * normalisation as in `PListMLELoss` of sentence-transformers. Otherwise as ListMLE. `none` gives [queries].
 */
export const pListMle: ListLoss = {
  useless: withoutPairs,
  terms: (labels) => labels.length,
  of: (logits, labels, reduction = 'mean') => reduced(plackettLuce(logits, labels, weight), labels.length, reduction),
};

/** α of rank k from 0, over the sum of all, which is 2^(n+1) − 2 − n. Numerator and denominator are divided by 2^n: lists may be long. */
function weight(k: number, n: number): number {
  return (2 ** -k - 2 ** -n) / (2 - (n + 2) * 2 ** -n);
}
