import * as tf from '@tensorflow/tfjs';
import type { Labels } from './list-loss';
import { withoutPadding } from './lists';

/**
 * Minus the logarithm of each choice's probability, weighted and summed by list, when a list is drawn in the order of its labels: at rank k one
 * document of those that are left, with chances softmax(s) (Plackett, 1975; Luce, 1959). [queries, width] → [queries].
 *
 * Nothing is sorted: row i of a matrix a list holds the scores of i and of what comes after it.
 *
 * @param weightAt of the choice at rank k (from 0) of n
 */
export function plackettLuce(
  logits: tf.Tensor2D,
  labels: Labels,
  weightAt: (k: number, n: number) => number,
): tf.Tensor1D {
  return tf.tidy(() => {
    const [queries, width] = logits.shape;
    const gone = new Float32Array(queries * width * width);
    const chosen = new Float32Array(queries * width * width);
    labels.forEach((list, q) => {
      const places = placesByLabel(list);
      list.forEach((_, i) => {
        const at = (q * width + i) * width;
        chosen[at + i] = weightAt(places[i]!, list.length);
        list.forEach((_, j) => (gone[at + j] = places[j]! < places[i]! ? 1 : 0));
      });
    });
    const shape: [number, number, number] = [queries, width, width];
    const scores = tf.expandDims(withoutPadding(logits, labels), 1);
    const left = tf.sub(scores, tf.mul(tf.tensor3d(gone, shape), 1e9));
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(left, 2), tf.tensor3d(chosen, shape)), [1, 2])) as tf.Tensor1D;
  });
}

/** The place from 0 of each document when the list is ordered by label, highest first, the first of equals above. */
function placesByLabel(list: readonly number[]): number[] {
  const order = list.map((_, i) => i).sort((a, b) => list[b]! - list[a]! || a - b);
  const places = new Array<number>(list.length);
  order.forEach((document, place) => (places[document] = place));
  return places;
}
