import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel';
import { rowIndex, type RowGradient } from './rows';

/**
 * AdamW (Loshchilov & Hutter, 2019, algorithm 2), with PyTorch's placing of ε. For each element, at step t from 1:
 *
 *   g ← g · min(1, clipNorm / (gradientNorm + 1e−6))          torch.nn.utils.clip_grad_norm_; no clipping if clipNorm is 0
 *   w ← w (1 − learningRate · weightDecay)
 *   m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
 *   w ← w − learningRate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 *
 * Parameters and moments are updated where they lie: no other tensor of their size is made where a backend can do without.
 */
export interface AdamWOptions {
  learningRate: number;
  weightDecay: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Updates made, this one included. */
  step: number;
  /** Bound on the gradient's norm over all parameters; 0 for none. */
  clipNorm: number;
}

/** Parameters that share two flat moments: [elements of all parameters], in the parameters' order. */
export interface AdamWGroup {
  parameters: tf.Variable[];
  firstMoment: tf.Variable<tf.Rank.R1>;
  secondMoment: tf.Variable<tf.Rank.R1>;
  /**
   * For each parameter its copy in halves (half.ts), if it has one: kept equal to the parameter, rounded. Those that have one come
   * first.
   */
  halves?: (tf.Tensor | undefined)[];
}

/** An embedding table with its moments, each [entries, columns]. */
export interface AdamWTable {
  parameter: tf.Variable<tf.Rank.R2>;
  firstMoment: tf.Variable<tf.Rank.R2>;
  secondMoment: tf.Variable<tf.Rank.R2>;
}

/** Of torch.nn.utils.clip_grad_norm_. */
export const CLIP_EPSILON = 1e-6;

/** One tensor's update in stock ops. */
function updated(
  w: tf.Tensor,
  m: tf.Tensor,
  v: tf.Tensor,
  gradient: tf.Tensor,
  norm: tf.Scalar,
  options: AdamWOptions,
) {
  const { learningRate, weightDecay, beta1, beta2, epsilon, step, clipNorm } = options;
  const clip = clipNorm > 0 ? tf.minimum(1, tf.div(clipNorm, tf.add(norm, CLIP_EPSILON))) : tf.scalar(1);
  const g = tf.mul(gradient, clip);
  const first = tf.add(tf.mul(beta1, m), tf.mul(1 - beta1, g));
  const second = tf.add(tf.mul(beta2, v), tf.mul(1 - beta2, tf.square(g)));
  const denominator = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** step)), epsilon);
  const decayed = tf.mul(w, 1 - learningRate * weightDecay);
  const weight = tf.sub(decayed, tf.mul(learningRate / (1 - beta1 ** step), tf.div(first, denominator)));
  return { weight, first, second };
}

/** Stock-op version of `adamW`. */
export function adamWReference(
  group: AdamWGroup,
  gradients: tf.Tensor[],
  gradientNorm: tf.Scalar,
  options: AdamWOptions,
): void {
  tf.tidy(() => {
    const flat = (tensors: tf.Tensor[]) => tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
    const { weight, first, second } = updated(
      flat(group.parameters),
      group.firstMoment,
      group.secondMoment,
      flat(gradients),
      gradientNorm,
      options,
    );
    const parts = tf.split(
      weight,
      group.parameters.map((parameter) => parameter.size),
    );
    group.parameters.forEach((parameter, i) => parameter.assign(tf.reshape(parts[i]!, parameter.shape)));
    group.firstMoment.assign(first as tf.Tensor1D);
    group.secondMoment.assign(second as tf.Tensor1D);
  });
}

/** Stock-op version of `adamWRows`: the dense gradient exists once a step. */
export function adamWRowsReference(
  table: AdamWTable,
  gradient: RowGradient,
  gradientNorm: tf.Scalar,
  options: AdamWOptions,
): void {
  tf.tidy(() => {
    const { parameter, firstMoment, secondMoment } = table;
    const columns = parameter.shape[1];
    const touched = tf.slice(gradient.values, [0, 0], [gradient.rows.length, columns]);
    const dense = tf.scatterND(
      tf.tensor2d(gradient.rows, [gradient.rows.length, 1], 'int32'),
      touched,
      parameter.shape,
    );
    const { weight, first, second } = updated(parameter, firstMoment, secondMoment, dense, gradientNorm, options);
    parameter.assign(weight as tf.Tensor2D);
    firstMoment.assign(first as tf.Tensor2D);
    secondMoment.assign(second as tf.Tensor2D);
  });
}

/**
 * Updates a group of parameters from their gradients (same order and shapes) and the norm over all gradients of the model
 * (`globalNorm`).
 *
 * Kernel `AdamW`: {gradientNorm, firstMoment, secondMoment, parameter0, gradient0, half0?, parameter1, …}, attributes
 * {...AdamWOptions, count} → nothing ([]); writes parameters, moments and halves in place.
 */
export function adamW(group: AdamWGroup, gradients: tf.Tensor[], gradientNorm: tf.Scalar, options: AdamWOptions): void {
  if (!hasKernel('AdamW')) return adamWReference(group, gradients, gradientNorm, options);
  const { parameters, firstMoment, secondMoment, halves } = group;
  const each = parameters.flatMap((parameter, i): [string, tf.Tensor | undefined][] => [
    [`parameter${i}`, parameter],
    [`gradient${i}`, gradients[i]!],
    [`half${i}`, halves?.[i]],
  ]);
  const inputs = { gradientNorm, firstMoment, secondMoment, ...Object.fromEntries(each) };
  runKernel<tf.Tensor[]>('AdamW', inputs, { ...options, count: parameters.length });
}

/**
 * Updates a whole embedding table from the gradient of the rows that were touched: decay and moments move every row, as
 * PyTorch's dense AdamW does.
 *
 * Kernel `AdamWRows`: {gradientNorm, parameter, firstMoment, secondMoment, values, rowIndex (int32 [entries]: a row's place
 * in values, or −1)}, attributes AdamWOptions → nothing ([]); writes parameter and moments in place.
 */
export function adamWRows(
  table: AdamWTable,
  gradient: RowGradient,
  gradientNorm: tf.Scalar,
  options: AdamWOptions,
): void {
  if (!hasKernel('AdamWRows')) return adamWRowsReference(table, gradient, gradientNorm, options);
  const index = tf.tensor1d(rowIndex(gradient, table.parameter.shape[0]), 'int32');
  runKernel<tf.Tensor[]>('AdamWRows', { gradientNorm, ...table, values: gradient.values, rowIndex: index }, options);
  index.dispose();
}
