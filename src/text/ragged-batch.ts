/**
 * The ragged batch: token ids of all sequences of a batch, end to end. Nothing is ever padded.
 *
 *   sequence          0            1                2          (dummy)
 *   ids        [CLS q SEP p SEP | CLS q SEP p SEP | CLS … SEP | PAD PAD]      T ids
 *   types       0   0 0   1 1     0   0 0   1 1     0 …         0   0
 *   positions   0   1 2   3 4     0   1 2   3 4     0 1 …       0   1
 *   offsets     0                 5                 10          …          T   sequences + 1 (+ 1 with a dummy)
 *
 * Every token-wise op works on `[T, hidden]`; only attention looks at `offsets`. T is rounded up to a step of about 6%
 * by one dummy sequence at the end, which is never scored: tfjs-webgpu's buffer pool is keyed by exact byte size and
 * never trimmed, so free sizes would grow memory without end.
 */
export interface RaggedBatch {
  /** Token ids, `[T]`. */
  ids: Int32Array;
  /** Token type (segment) ids, `[T]`. */
  types: Int32Array;
  /** Position ids before the family's own offset, `[T]`: 0, 1, 2, … in each sequence. */
  positions: Int32Array;
  /** Where each sequence starts; the last entry is T. Has one entry more than there are sequences, the dummy included. */
  offsets: Int32Array;
  /** Sequences to score: the dummy is not one of them. */
  sequences: number;
  /** Real tokens: T less the dummy's. */
  tokens: number;
}
