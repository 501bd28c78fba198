import * as tf from '@tensorflow/tfjs';
import type { CrossEncoder } from '../models/cross-encoder';
import type { DropoutSeed } from '../models/dropout-plan';
import { Gradients } from '../models/gradients';
import type { TrainingOptions } from '../recipes/recipe';
import { packBatch } from '../text/pack';
import type { EncodedPair } from '../text/pair-encoder';
import { toRows } from './losses/lists';
import type { ListLoss } from './losses/list-loss';
import { planGroups, type Fits, type Group } from './plan';

/** A list ready for the model: one input a document, and the documents' labels. */
export interface EncodedList {
  inputs: EncodedPair[];
  labels: number[];
}

export interface BatchGradient {
  /** Mean or sum over the batch's terms, times `factor`. */
  loss: tf.Scalar;
  /** Of all sequences, list after list. */
  scores: tf.Tensor1D;
  /** Of `loss`. */
  gradients: Gradients;
}

export interface GradientOptions {
  /** Of the loss: 1 / n when n batches make a step. */
  factor: number;
  /** Of the batch's terms. */
  reduction: TrainingOptions['reduction'];
  /** Seed of the batch's dropout; without one there is none. */
  seed?: number;
  fits: Fits;
  /** Whether layers compute their activations again in the backward (`CrossEncoder.lossAndGradients`). */
  recompute?: boolean;
  /** What the gradient is added to; a new one if left out. Void when an error is thrown. */
  into?: Gradients;
  /** Awaited between two pieces; throw from it to stop. */
  turn?: () => Promise<void>;
}

/**
 * The exact gradient of a batch's loss in bounded memory. Whole lists are worked off in one pass as long as they fit; a list that does not
 * fit is scored piece by piece without keeping anything, the loss is differentiated with respect to all its scores, and each piece is
 * scored again and differentiated with its share:
 *
 *   dL/dw = Σ_pieces Σ_{i in piece} dL/ds_i · ds_i/dw
 *
 * (Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup", 2021, "gradient cache".) Dropout's
 * masks depend on the seed and on a token's place in the batch, so both passes, and any cut, have the same.
 *
 * The loss of groups adds up to the batch's because its terms are summed and, for a mean, divided by the number of the batch's terms.
 */
export async function batchGradient(
  model: CrossEncoder,
  lists: readonly EncodedList[],
  loss: ListLoss,
  { factor, reduction, seed, fits, recompute = false, into = new Gradients(), turn }: GradientOptions,
): Promise<BatchGradient> {
  const inputs = lists.flatMap((list) => list.inputs);
  const firstTokens = startsOf(inputs.map(({ ids }) => ids.length));
  const terms = reduction === 'sum' ? 1 : loss.terms(lists.map(({ labels }) => labels));
  const scale = factor / Math.max(1, terms);
  const groups = planGroups(
    lists.map((list) => list.inputs.map(({ ids }) => ids.length)),
    fits,
  );
  const pack = ([from, to]: [number, number]) => packBatch(inputs.slice(from, to));
  const dropout = ([from]: [number, number]): DropoutSeed | undefined =>
    seed === undefined ? undefined : { seed, firstToken: firstTokens[from]!, firstSequence: from };

  const backward = { into, recompute };
  const losses: tf.Scalar[] = [];
  const scores: tf.Tensor1D[] = [];
  try {
    for (const group of groups) {
      const groupLoss = lossOf(group, lists, loss, scale);
      if (group.pieces.length === 1) {
        await turn?.();
        const piece = group.pieces[0]!;
        const result = model.lossAndGradients(pack(piece), groupLoss, dropout(piece), backward);
        losses.push(result.loss);
        scores.push(result.logits);
        continue;
      }
      const first = scores.length;
      for (const piece of group.pieces) {
        await turn?.();
        scores.push(model.logits(pack(piece), dropout(piece)));
      }
      const all = tf.concat(scores.slice(first)) as tf.Tensor1D;
      const { value, grad } = tf.valueAndGrad(groupLoss as (x: tf.Tensor) => tf.Tensor)(all);
      all.dispose();
      losses.push(value as tf.Scalar);
      try {
        for (const piece of group.pieces) {
          await turn?.();
          const [from, count] = [piece[0] - group.pieces[0]![0], piece[1] - piece[0]];
          const share = (logits: tf.Tensor1D) => tf.sum(tf.mul(logits, tf.slice(grad, [from], [count]))) as tf.Scalar;
          const result = model.lossAndGradients(pack(piece), share, dropout(piece), backward);
          tf.dispose([result.loss, result.logits]);
        }
      } finally {
        grad.dispose();
      }
    }
    return { loss: tf.addN(losses) as tf.Scalar, scores: tf.concat(scores), gradients: into };
  } catch (error) {
    into.dispose();
    throw error;
  } finally {
    tf.dispose([...losses, ...scores]);
  }
}

/** Loss of a group's scores, as its share of the batch's. */
function lossOf({ lists: [from, to] }: Group, all: readonly EncodedList[], loss: ListLoss, scale: number) {
  const labels = all.slice(from, to).map((list) => list.labels);
  const lengths = labels.map((row) => row.length);
  return (scores: tf.Tensor1D) => tf.mul(loss.of(toRows(scores, lengths), labels, 'sum'), scale) as tf.Scalar;
}

function startsOf(lengths: number[]): number[] {
  let at = 0;
  return lengths.map((length) => (at += length) - length);
}
