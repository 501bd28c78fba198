/** Exact search by cosine: every document is compared with every query, as products on the device. */
import * as tf from '@tensorflow/tfjs';
import type { RankedDocument } from '../../formats/records';
import { linear } from '../../kernels/linear';
import { readBack } from '../../kernels/read-back';
import { turn } from '../../kernels/turn';
import { TopDocuments } from '../bm25/top-documents';
import type { DensePart } from './stored-vectors';

/** Products held at once: 16 MiB. */
const PRODUCTS_AT_ONCE = 1 << 22;
/** Below every cosine. */
const ANY_COSINE = -2;

/**
 * The best documents for each query, at most `depth`, with their cosines; of equal ones, that which comes first in the collection. Yields how
 * many documents were compared, returns the rankings in the queries' order.
 * @param queries [queries · dimension], each of length 1
 */
export async function* searchDense(
  queries: Float32Array,
  dimension: number,
  parts: AsyncIterable<DensePart>,
  depth: number,
  signal?: AbortSignal,
): AsyncGenerator<number, RankedDocument[][], void> {
  const count = queries.length / dimension;
  const tops = Array.from({ length: count }, () => {
    const top = new TopDocuments(depth);
    top.threshold = ANY_COSINE;
    return top;
  });
  const ids: string[] = [];
  const weight = tf.tidy(() => tf.transpose(tf.tensor2d(queries, [count, dimension])));
  const bias = tf.zeros([count]) as tf.Tensor1D;
  const atOnce = Math.max(1, Math.floor(PRODUCTS_AT_ONCE / Math.max(count, dimension)));
  try {
    for await (const part of parts) {
      for (let from = 0; from < part.ids.length; from += atOnce) {
        signal?.throwIfAborted();
        const rows = Math.min(atOnce, part.ids.length - from);
        const some = part.vectors.subarray(from * dimension, (from + rows) * dimension);
        const products = tf.tidy(() => linear(tf.tensor2d(some, [rows, dimension]), weight, bias));
        const cosines = await readBack(products, 'cosines').finally(() => products.dispose());
        for (let row = 0; row < rows; row++) {
          for (let q = 0; q < count; q++) tops[q]!.offer(ids.length + from + row, cosines[row * count + q]!);
        }
        await turn();
        yield ids.length + from + rows;
      }
      for (const id of part.ids) ids.push(id);
    }
  } finally {
    tf.dispose([weight, bias]);
  }
  return tops.map((top) =>
    top.take().map(({ document, score }, i) => ({ document: ids[document]!, rank: i + 1, score })),
  );
}
