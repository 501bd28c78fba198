import * as tf from '@tensorflow/tfjs';
import { activate, activateGradient } from '../kernels/activation';
import { dropout, type Dropout } from '../kernels/dropout';
import type { ModelConfig } from './config';
import type { DropoutPlan } from './dropout-plan';
import { FAMILIES } from './families';
import type { Gradients } from './gradients';
import type { Weights } from './weights';

/**
 * The classification head on the first tokens' vectors [sequences, hidden], giving one score each (families.ts draws the
 * three of them). A single logit is never soft-maxed: the raw score is the result.
 */
export interface HeadActivations {
  input: tf.Tensor2D;
  /** Input of the activation. */
  inner: tf.Tensor2D;
  /** Input of the last layer. */
  outer: tf.Tensor2D;
}

const masked = (x: tf.Tensor2D, mask: Dropout | undefined) => (mask ? dropout(x, mask) : x);

const masks = (config: ModelConfig, plan: DropoutPlan) => ({
  input: FAMILIES[config.family].inputDropout ? plan('dense', 'sequences') : undefined,
  outer: plan('head', 'sequences'),
});

/** First tokens' vectors [sequences, hidden] → logits [sequences]. */
export function headForward(
  config: ModelConfig,
  weights: Weights,
  plan: DropoutPlan,
  firsts: tf.Tensor2D,
): { logits: tf.Tensor1D; kept: HeadActivations } {
  const { dense, output, headActivation } = FAMILIES[config.family];
  const mask = masks(config, plan);
  return tf.tidy(() => {
    const input = masked(firsts, mask.input).clone();
    const inner = weights.linear(dense, input);
    const outer = masked(activate(inner, headActivation), mask.outer);
    const logits = tf.reshape(weights.linear(output, outer), [-1]) as tf.Tensor1D;
    return { logits, kept: { input, inner, outer } };
  });
}

/** dL/d(firsts) [sequences, hidden] from dL/d(logits) [sequences]. */
export function headBackward(
  config: ModelConfig,
  weights: Weights,
  plan: DropoutPlan,
  kept: HeadActivations,
  dLogits: tf.Tensor1D,
  gradients: Gradients,
): tf.Tensor2D {
  const { dense, output, headActivation } = FAMILIES[config.family];
  const mask = masks(config, plan);
  return tf.tidy(() => {
    const dOuter = weights.linearGradient(output, kept.outer, tf.reshape(dLogits, [-1, 1]), gradients);
    const dInner = activateGradient(kept.inner, masked(dOuter, mask.outer), headActivation);
    return masked(weights.linearGradient(dense, kept.input, dInner, gradients), mask.input);
  });
}
