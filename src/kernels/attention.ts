import * as tf from '@tensorflow/tfjs';
import { maskValues, type Dropout } from './dropout';
import { hasKernel, runKernel } from './kernel';
import type { Segments } from './segments';

/**
 * Multi-head scaled dot-product attention (Vaswani et al., 2017, eq. 1) inside each sequence of a ragged batch.
 *
 *   q  [queries, hidden]       head h of a row: columns h·d … (h+1)·d,  d = hidden / heads
 *   kv [keys, 2 · hidden]      keys in the first `hidden` columns, values in the others
 *   score(i, j) = q_i · k_j / √d     p = softmax over the keys j of i's sequence     context_i = Σ_j dropout(p_ij) v_j
 *
 * A backend's program never stores the scores: it keeps log Σ_j exp(score) of each query and head, from which the
 * backward makes p again (Dao et al., 2022, FlashAttention).
 *
 * Dropout's element (query row i, head h, key number j within its sequence) has index
 * `((firstRow + i) · heads + h) · ATTENTION_DROPOUT_STRIDE + j`, modulo 2³².
 */
export const ATTENTION_DROPOUT_STRIDE = 1024;

export interface AttentionOptions {
  heads: number;
  /** Of the probabilities; `firstRow` is that of q. */
  dropout?: Dropout;
}

/** Rows `from … to`, `hidden` columns from `column`, as [heads, rows, d]. */
function byHead(x: tf.Tensor2D, from: number, to: number, column: number, hidden: number, heads: number): tf.Tensor3D {
  const rows = tf.slice(x, [from, column], [to - from, hidden]);
  return tf.transpose(tf.reshape(rows, [to - from, heads, hidden / heads]), [1, 0, 2]) as tf.Tensor3D;
}

/** [heads, rows, d] back to [rows, heads · d]. */
function byRow(x: tf.Tensor3D): tf.Tensor2D {
  const [heads, rows, d] = x.shape;
  return tf.reshape(tf.transpose(x, [1, 0, 2]), [rows, heads * d]);
}

const transposed = (x: tf.Tensor3D) => tf.transpose(x, [0, 2, 1]) as tf.Tensor3D;

/** Mask [heads, queries, keys] of the queries `from … to` of a sequence with `keys` keys. */
function mask(from: number, to: number, keys: number, heads: number, dropout: Dropout): tf.Tensor3D {
  const values = new Float32Array(heads * (to - from) * keys);
  for (let head = 0; head < heads; head++) {
    for (let query = from; query < to; query++) {
      const first = ((dropout.firstRow + query) * heads + head) * ATTENTION_DROPOUT_STRIDE;
      values.set(maskValues(first, keys, dropout), (head * (to - from) + query - from) * keys);
    }
  }
  return tf.tensor3d(values, [heads, to - from, keys]);
}

/** One sequence's queries, keys, values, probabilities and mask; everything the two references share. */
function sequence(q: tf.Tensor2D, kv: tf.Tensor2D, segments: Segments, s: number, options: AttentionOptions) {
  const hidden = q.shape[1];
  const { heads } = options;
  const [queryFrom, queryTo] = [segments.queryOffsets[s]!, segments.queryOffsets[s + 1]!];
  const [keyFrom, keyTo] = [segments.keyOffsets[s]!, segments.keyOffsets[s + 1]!];
  const queries = tf.mul(byHead(q, queryFrom, queryTo, 0, hidden, heads), 1 / Math.sqrt(hidden / heads)) as tf.Tensor3D;
  const keys = byHead(kv, keyFrom, keyTo, 0, hidden, heads);
  const values = byHead(kv, keyFrom, keyTo, hidden, hidden, heads);
  const scores = tf.matMul(queries, transposed(keys)) as tf.Tensor3D;
  const dropped = options.dropout ? mask(queryFrom, queryTo, keyTo - keyFrom, heads, options.dropout) : undefined;
  return { queryFrom, queryTo, queries, keys, values, scores, dropped };
}

const sequencesOf = (segments: Segments) => Array.from({ length: segments.queryOffsets.length - 1 }, (_, s) => s);

/** Rows that belong to no sequence (after the last one) get zeros: [rows, columns] from the rows that do. */
function withZeroRows(parts: tf.Tensor2D[], rows: number, columns: number): tf.Tensor2D {
  const known = parts.reduce((sum, part) => sum + part.shape[0], 0);
  const all = rows > known ? [...parts, tf.zeros([rows - known, columns]) as tf.Tensor2D] : parts;
  return tf.concat(all, 0);
}

/** Stock-op version of `attention`, one sequence at a time. */
export function attentionReference(
  q: tf.Tensor2D,
  kv: tf.Tensor2D,
  segments: Segments,
  options: AttentionOptions,
): [tf.Tensor2D, tf.Tensor2D] {
  return tf.tidy(() => {
    const contexts: tf.Tensor2D[] = [];
    const logSums: tf.Tensor2D[] = [];
    for (const s of sequencesOf(segments)) {
      const { values, scores, dropped } = sequence(q, kv, segments, s, options);
      const logSum = tf.logSumExp(scores, 2, true);
      const probabilities = tf.exp(tf.sub(scores, logSum)) as tf.Tensor3D;
      contexts.push(byRow(tf.matMul(dropped ? tf.mul(probabilities, dropped) : probabilities, values)));
      logSums.push(tf.transpose(tf.squeeze(logSum, [2])) as tf.Tensor2D);
    }
    return [withZeroRows(contexts, q.shape[0], q.shape[1]), withZeroRows(logSums, q.shape[0], options.heads)];
  });
}

/** Stock-op version of `attentionGradient`, one sequence at a time. */
export function attentionGradientReference(
  q: tf.Tensor2D,
  kv: tf.Tensor2D,
  context: tf.Tensor2D,
  logSumExp: tf.Tensor2D,
  dContext: tf.Tensor2D,
  segments: Segments,
  options: AttentionOptions,
): [tf.Tensor2D, tf.Tensor2D] {
  const hidden = q.shape[1];
  const { heads } = options;
  const scale = 1 / Math.sqrt(hidden / heads);
  return tf.tidy(() => {
    const dqs: tf.Tensor2D[] = [];
    const dkvs: tf.Tensor2D[] = [];
    for (const s of sequencesOf(segments)) {
      const { queryFrom, queryTo, queries, keys, values, scores, dropped } = sequence(q, kv, segments, s, options);
      const rows = queryTo - queryFrom;
      const logSum = tf.expandDims(tf.transpose(tf.slice(logSumExp, [queryFrom, 0], [rows, heads])), 2);
      const probabilities = tf.exp(tf.sub(scores, logSum)) as tf.Tensor3D;
      const masked = dropped ? tf.mul(probabilities, dropped) : probabilities;
      const dOut = byHead(dContext, queryFrom, queryTo, 0, hidden, heads);
      const out = byHead(context, queryFrom, queryTo, 0, hidden, heads);
      const dMasked = tf.matMul(dOut, transposed(values)) as tf.Tensor3D;
      // Σ_j p_ij dp_ij = Σ_c context_ic dContext_ic, with dropout or without (Dao et al., 2022, appendix B).
      const centre = tf.sum(tf.mul(dOut, out), 2, true);
      const dProbabilities = dropped ? tf.mul(dMasked, dropped) : dMasked;
      const dScores = tf.mul(probabilities, tf.sub(dProbabilities, centre)) as tf.Tensor3D;
      dqs.push(byRow(tf.mul(tf.matMul(dScores, keys), scale)));
      dkvs.push(
        tf.concat(
          [byRow(tf.matMul(transposed(dScores), queries)), byRow(tf.matMul(transposed(masked as tf.Tensor3D), dOut))],
          1,
        ),
      );
    }
    return [withZeroRows(dqs, q.shape[0], hidden), withZeroRows(dkvs, kv.shape[0], 2 * hidden)];
  });
}

/**
 * Attention of q [queries, hidden] over kv [keys, 2 · hidden] within `segments` → context [queries, hidden] and
 * log Σ exp of the scaled scores [queries, heads].
 *
 * Kernel `RaggedAttention`: {q, kv, keyBounds}, attributes {heads, dropout?: Dropout, queryOffsets, keyOffsets}
 * → [context, logSumExp].
 */
export function attention(
  q: tf.Tensor2D,
  kv: tf.Tensor2D,
  segments: Segments,
  options: AttentionOptions,
): [tf.Tensor2D, tf.Tensor2D] {
  if (!hasKernel('RaggedAttention')) return attentionReference(q, kv, segments, options);
  const { keyBounds, queryOffsets, keyOffsets } = segments;
  const attributes = { ...options, queryOffsets, keyOffsets };
  return runKernel<tf.Tensor[]>('RaggedAttention', { q, kv, keyBounds }, attributes) as [tf.Tensor2D, tf.Tensor2D];
}

/**
 * Gradients of `attention` from dL/d(context): [dq [queries, hidden], dkv [keys, 2 · hidden]]. Key rows that no query
 * asks get zeros.
 *
 * Kernel `RaggedAttentionGrad`: {q, kv, context, logSumExp, dContext, keyBounds, queryBounds}, attributes as
 * `RaggedAttention` → [dq, dkv].
 */
export function attentionGradient(
  q: tf.Tensor2D,
  kv: tf.Tensor2D,
  context: tf.Tensor2D,
  logSumExp: tf.Tensor2D,
  dContext: tf.Tensor2D,
  segments: Segments,
  options: AttentionOptions,
): [tf.Tensor2D, tf.Tensor2D] {
  if (!hasKernel('RaggedAttentionGrad')) {
    return attentionGradientReference(q, kv, context, logSumExp, dContext, segments, options);
  }
  const { keyBounds, queryBounds, queryOffsets, keyOffsets } = segments;
  return runKernel<tf.Tensor[]>(
    'RaggedAttentionGrad',
    { q, kv, context, logSumExp, dContext, keyBounds, queryBounds },
    { ...options, queryOffsets, keyOffsets },
  ) as [tf.Tensor2D, tf.Tensor2D];
}
