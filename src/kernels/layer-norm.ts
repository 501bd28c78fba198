import * as tf from '@tensorflow/tfjs';
import { dropoutReference, type Dropout } from './dropout';
import { hasKernel, runKernel } from './kernel';

/**
 * What stands between the blocks of a BERT layer, in one op:  y = LayerNorm(dropout(x) + residual) γ + β
 * (Ba, Kiros & Hinton, 2016; the "post-norm" order of BERT). The sum is not kept for the backward: x and the residual
 * are, and make it again.
 */
export interface LayerNormInputs {
  /** [rows, columns] */
  x: tf.Tensor2D;
  /** [rows, columns], added to x after dropout; absent for the embeddings' norm. */
  residual?: tf.Tensor2D;
  /** Scale γ, [columns]. */
  gamma: tf.Tensor1D;
  /** Of x, before the residual is added. */
  dropout?: Dropout;
}

const total = ({ x, residual, dropout }: LayerNormInputs) => {
  const dropped = dropout ? dropoutReference(x, dropout) : x;
  return residual ? tf.add(dropped, residual) : dropped;
};

/** Stock-op version of `layerNorm`. */
export function layerNormReference(
  inputs: LayerNormInputs,
  beta: tf.Tensor1D,
  epsilon: number,
): [tf.Tensor2D, tf.Tensor2D] {
  return tf.tidy(() => {
    const sum = total(inputs);
    const mean = tf.mean(sum, 1, true);
    const centred = tf.sub(sum, mean);
    const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
    const y = tf.add(tf.mul(tf.mul(centred, inverseDeviation), inputs.gamma), beta) as tf.Tensor2D;
    return [y, tf.concat([mean, inverseDeviation], 1) as tf.Tensor2D];
  });
}

/** Stock-op version of `layerNormGradient`. */
export function layerNormGradientReference(
  dy: tf.Tensor2D,
  inputs: LayerNormInputs,
  statistics: tf.Tensor2D,
): [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D] {
  return tf.tidy(() => {
    const [mean, inverseDeviation] = tf.split(statistics, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    const normalised = tf.mul(tf.sub(total(inputs), mean), inverseDeviation);
    const scaled = tf.mul(dy, inputs.gamma);
    const dSum = tf.mul(
      inverseDeviation,
      tf.sub(
        tf.sub(scaled, tf.mean(scaled, 1, true)),
        tf.mul(normalised, tf.mean(tf.mul(scaled, normalised), 1, true)),
      ),
    ) as tf.Tensor2D;
    return [dSum, tf.sum(tf.mul(dy, normalised), 0) as tf.Tensor1D, tf.sum(dy, 0) as tf.Tensor1D];
  });
}

/**
 * `LayerNorm(dropout(x) + residual) γ + β` by row → y [rows, columns], and the statistics [rows, 2] that the gradient
 * needs: mean and 1 / √(variance + epsilon) of each row.
 *
 * Kernel `ResidualLayerNorm`: {x, residual?, gamma, beta}, attributes {epsilon, dropout?: Dropout} → [y, statistics].
 */
export function layerNorm(inputs: LayerNormInputs, beta: tf.Tensor1D, epsilon: number): [tf.Tensor2D, tf.Tensor2D] {
  if (!hasKernel('ResidualLayerNorm')) return layerNormReference(inputs, beta, epsilon);
  const { x, residual, gamma, dropout } = inputs;
  const attributes = { epsilon, dropout: dropout };
  return runKernel<tf.Tensor[]>('ResidualLayerNorm', { x, residual, gamma, beta }, attributes) as [
    tf.Tensor2D,
    tf.Tensor2D,
  ];
}

/**
 * Gradients of `layerNorm` from dL/dy, its inputs and its statistics: [dSum [rows, columns], dGamma [columns],
 * dBeta [columns]]. dSum is dL/d(residual); it is dL/dx as well after `dropout(dSum, …)` with the same dropout. `inverse` takes
 * the factor of dy in halves out of dGamma and dBeta.
 *
 * Kernel `ResidualLayerNormGrad`: {dy, x, residual?, gamma, statistics, inverse?}, attributes {dropout?: Dropout}
 * → [dSum, dGamma, dBeta].
 */
export function layerNormGradient(
  dy: tf.Tensor2D,
  inputs: LayerNormInputs,
  statistics: tf.Tensor2D,
  inverse?: tf.Tensor1D,
): [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D] {
  if (!hasKernel('ResidualLayerNormGrad')) return layerNormGradientReference(dy, inputs, statistics);
  const { x, residual, gamma, dropout } = inputs;
  const given = { dy, x, residual, gamma, statistics, inverse };
  return runKernel<tf.Tensor[]>('ResidualLayerNormGrad', given, { dropout }) as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
}
