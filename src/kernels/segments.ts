import * as tf from '@tensorflow/tfjs';

/**
 * Which rows belong to which sequence, for attention: the queries of sequence s are rows
 * `queryOffsets[s] … queryOffsets[s + 1]` of q, its keys and values are rows `keyOffsets[s] … keyOffsets[s + 1]` of kv.
 * In self-attention the two are the same; in the last layer, where only the first token's output is used, there is one
 * query a sequence.
 *
 *   sequence             0             1          2
 *   q    (self)      │ r r r r r │ r r r r r │ r r r │        queryOffsets = keyOffsets = 0 5 10 13
 *   q    (firsts)    │ r         │ r         │ r     │        queryOffsets 0 1 2 3
 *   kv               │ r r r r r │ r r r r r │ r r r │        keyOffsets   0 5 10 13
 */
export interface Segments {
  queryOffsets: Int32Array;
  keyOffsets: Int32Array;
  /** int32 [queries, 2]: first and one-past-last key row of each query row. */
  keyBounds: tf.Tensor2D;
  /** int32 [keys, 2]: first and one-past-last query row of each key row; (0, 0) where nothing asks. */
  queryBounds: tf.Tensor2D;
  dispose(): void;
}

/** For each of `rows` rows, in segments `of`, the bounds of the same segment in `to`: int32 [rows, 2]. */
function boundsByRow(of: Int32Array, to: Int32Array, rows: number): tf.Tensor2D {
  const bounds = new Int32Array(2 * rows);
  for (let segment = 0; segment + 1 < of.length; segment++) {
    for (let row = of[segment]!; row < of[segment + 1]!; row++) {
      bounds[2 * row] = to[segment]!;
      bounds[2 * row + 1] = to[segment + 1]!;
    }
  }
  return tf.tensor2d(bounds, [rows, 2], 'int32');
}

/** Segments of self-attention over a ragged batch; `offsets` as in `RaggedBatch`. Their tensors belong to the enclosing tidy, or are disposed after the batch. */
export function selfSegments(offsets: Int32Array): Segments {
  const bounds = boundsByRow(offsets, offsets, offsets[offsets.length - 1]!);
  return {
    queryOffsets: offsets,
    keyOffsets: offsets,
    keyBounds: bounds,
    queryBounds: bounds,
    dispose: () => bounds.dispose(),
  };
}

/**
 * Segments of attention in which some tokens ask, but are not asked: of each sequence the first `asked[s]` tokens have keys.
 * @returns with the segments the rows of those tokens, int32 [keys]: the keys are theirs alone, end to end.
 */
export function askedTokenSegments(
  offsets: Int32Array,
  asked: Int32Array,
): { segments: Segments; keyRows: Int32Array } {
  const keyOffsets = new Int32Array(offsets.length);
  for (let s = 0; s + 1 < offsets.length; s++) keyOffsets[s + 1] = keyOffsets[s]! + asked[s]!;
  const keys = keyOffsets[keyOffsets.length - 1]!;
  const keyRows = new Int32Array(keys);
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let i = 0; i < asked[s]!; i++) keyRows[keyOffsets[s]! + i] = offsets[s]! + i;
  }
  const keyBounds = boundsByRow(offsets, keyOffsets, offsets[offsets.length - 1]!);
  const queryBounds = boundsByRow(keyOffsets, offsets, keys);
  const dispose = () => tf.dispose([keyBounds, queryBounds]);
  return { segments: { queryOffsets: offsets, keyOffsets, keyBounds, queryBounds, dispose }, keyRows };
}

/**
 * Segments of attention from the first token of each of the first `sequences` sequences over all its tokens. Key rows of
 * the remaining sequences (the dummy) are asked by nobody. Their tensors belong to the enclosing tidy, or are disposed after the batch.
 */
export function firstTokenSegments(offsets: Int32Array, sequences: number): Segments {
  const queryOffsets = Int32Array.from({ length: sequences + 1 }, (_, i) => i);
  const keyOffsets = offsets.slice(0, sequences + 1);
  const keyBounds = boundsByRow(queryOffsets, keyOffsets, sequences);
  const queryBounds = boundsByRow(keyOffsets, queryOffsets, offsets[offsets.length - 1]!);
  return {
    queryOffsets,
    keyOffsets,
    keyBounds,
    queryBounds,
    dispose: () => tf.dispose([keyBounds, queryBounds]),
  };
}
