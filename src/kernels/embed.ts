import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel';

/** The three tables of a BERT input: word, position and token type; each [entries, columns]. */
export interface EmbeddingTables {
  word: tf.Tensor2D;
  position: tf.Tensor2D;
  type: tf.Tensor2D;
}

/** Row numbers in each table, int32 [tokens]. */
export interface EmbeddingIds {
  word: tf.Tensor1D;
  position: tf.Tensor1D;
  type: tf.Tensor1D;
}

/** Stock-op version of `embed`, in floats. */
export function embedReference(ids: EmbeddingIds, tables: EmbeddingTables): tf.Tensor2D {
  return tf.tidy(() => {
    const words = tf.gather(tables.word, ids.word);
    return tf.add(tf.add(words, tf.gather(tables.type, ids.type)), tf.gather(tables.position, ids.position));
  });
}

/**
 * Sum of a token's word, position and type rows (Devlin et al., 2019, fig. 2) → [tokens, columns], with `half` as halves
 * (half.ts). Its gradient is that of each look-up: `rowGradient` of rows.ts.
 *
 * Kernel `EmbedSum`: {words, positions, types (int32 [tokens]), word, position, type}, attributes {half} → [tokens, columns].
 */
export function embed(ids: EmbeddingIds, tables: EmbeddingTables, half = false): tf.Tensor2D {
  if (!hasKernel('EmbedSum')) return embedReference(ids, tables);
  const { word, position, type } = ids;
  return runKernel<tf.Tensor2D>('EmbedSum', { words: word, positions: position, types: type, ...tables }, { half });
}
