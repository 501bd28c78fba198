import type * as tf from '@tensorflow/tfjs';

/** What a shorter list's row is filled up with, in logits and labels. Padded places never count. */
export const PADDING = -10_000;

export type Reduction = 'mean' | 'sum' | 'none';

/** Labels of a batch: one row a query, as long as its list. What a −1 means: `src/recipes/losses.ts`. */
export type Labels = readonly (readonly number[])[];

/** A loss over the lists of a batch. */
export interface ListLoss {
  /** Why a list with these labels cannot teach anything under this loss; undefined if it can. */
  useless(labels: readonly number[]): string | undefined;
  /** Terms that the mean of these lists is taken over. */
  terms(labels: Labels): number;
  /**
   * @param logits [queries, longest list]; places after a list's end hold anything, `PADDING` by custom
   * @returns a scalar; with `none` the terms, in a shape of the loss's own. The mean of no terms is 0.
   */
  of(logits: tf.Tensor2D, labels: Labels, reduction?: Reduction): tf.Tensor;
}
