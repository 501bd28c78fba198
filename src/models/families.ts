import type { ActivationName } from '../kernels/activation-names';

/**
 * What tells one model family from another; everything else is the same BERT encoder.
 *
 *   bert      first token → dense → tanh →           dropout → one logit      Devlin et al., 2019
 *   electra   first token → dropout → dense → gelu → dropout → one logit      Clark et al., 2020
 *   roberta   first token → dropout → dense → tanh → dropout → one logit      Liu et al., 2019
 *
 * Heads and names as in transformers' `…ForSequenceClassification`.
 */
export interface FamilyTraits {
  architecture: string;
  /** Prefix of the encoder's weights. */
  prefix: string;
  /** Weights of the head's dense layer and of its last layer, without `.weight` and `.bias`. */
  dense: string;
  output: string;
  headActivation: ActivationName;
  /** Whether the head's dense layer has dropout before it. */
  inputDropout: boolean;
  padTokenId: number;
  /** Entry of the position table that a sequence's first token takes. */
  firstPosition(padTokenId: number): number;
}

export const FAMILIES = {
  bert: {
    architecture: 'BertForSequenceClassification',
    prefix: 'bert.',
    dense: 'bert.pooler.dense',
    output: 'classifier',
    headActivation: 'tanh',
    inputDropout: false,
    padTokenId: 0,
    firstPosition: () => 0,
  },
  electra: {
    architecture: 'ElectraForSequenceClassification',
    prefix: 'electra.',
    dense: 'classifier.dense',
    output: 'classifier.out_proj',
    headActivation: 'gelu',
    inputDropout: true,
    padTokenId: 0,
    firstPosition: () => 0,
  },
  roberta: {
    architecture: 'RobertaForSequenceClassification',
    prefix: 'roberta.',
    dense: 'classifier.dense',
    output: 'classifier.out_proj',
    headActivation: 'tanh',
    inputDropout: true,
    padTokenId: 1,
    firstPosition: (padTokenId) => padTokenId + 1,
  },
} satisfies Record<string, FamilyTraits>;

export type Family = keyof typeof FAMILIES;
