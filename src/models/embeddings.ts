import * as tf from '@tensorflow/tfjs';
import { dropout } from '../kernels/dropout';
import { embed } from '../kernels/embed';
import { layerNorm } from '../kernels/layer-norm';
import { rowGradient } from '../kernels/rows';
import type { RaggedBatch } from '../text/ragged-batch';
import type { ModelConfig } from './config';
import type { DropoutPlan } from './dropout-plan';
import { FAMILIES } from './families';
import type { Gradients } from './gradients';
import type { Weights } from './weights';

/** Row numbers in the embedding tables, int32 [tokens], on the CPU. */
export interface TableRows {
  word: Int32Array;
  position: Int32Array;
  type: Int32Array;
}

function checkRows(what: string, rows: Int32Array, entries: number, table: string): void {
  const bad = rows.findIndex((row) => row < 0 || row >= entries);
  if (bad >= 0) {
    throw new Error(
      `token ${bad} of the batch: expected a ${what} below ${entries} (${table} of config.json), found ${rows[bad]}`,
    );
  }
}

/**
 * The table rows of a batch: position ids with the family's offset, and token type 0 throughout for a model with one type
 * (RoBERTa). Throws an error naming the first token that is in none of the model's tables.
 */
export function tableRows(config: ModelConfig, { ids, types, positions }: RaggedBatch): TableRows {
  const rows = {
    word: ids,
    position: positions.map((position) => position + config.firstPosition),
    type: config.typeVocabSize === 1 ? new Int32Array(types.length) : types,
  };
  checkRows('token id', rows.word, config.vocabSize, 'vocab_size');
  checkRows('position', rows.position, config.maxPositions, 'max_position_embeddings');
  checkRows('token type', rows.type, config.typeVocabSize, 'type_vocab_size');
  return rows;
}

/** What the backward needs of the forward. */
export interface EmbeddingActivations {
  sum: tf.Tensor2D;
  statistics: tf.Tensor2D;
  /** Output of norm and dropout, where a projection follows. */
  projected?: tf.Tensor2D;
}

const named = (config: ModelConfig) => {
  const { prefix } = FAMILIES[config.family];
  return {
    tables: {
      word: `${prefix}embeddings.word_embeddings.weight`,
      position: `${prefix}embeddings.position_embeddings.weight`,
      type: `${prefix}embeddings.token_type_embeddings.weight`,
    },
    norm: `${prefix}embeddings.LayerNorm`,
    project: `${prefix}embeddings_project`,
  };
};

/** Sum of the tables' rows, norm, dropout and (ELECTRA's small models) projection → [tokens, hidden]. */
export function embeddingsForward(
  config: ModelConfig,
  weights: Weights,
  rows: TableRows,
  plan: DropoutPlan,
): { y: tf.Tensor2D; kept: EmbeddingActivations } {
  const names = named(config);
  return tf.tidy(() => {
    const ids = {
      word: tf.tensor1d(rows.word, 'int32'),
      position: tf.tensor1d(rows.position, 'int32'),
      type: tf.tensor1d(rows.type, 'int32'),
    };
    const tables = {
      word: weights.matrix(names.tables.word),
      position: weights.matrix(names.tables.position),
      type: weights.matrix(names.tables.type),
    };
    const sum = embed(ids, tables, weights.precision === 'f16');
    const [normed, statistics] = layerNorm(
      weights.norm(names.norm, { x: sum }),
      weights.vector(`${names.norm}.bias`),
      config.layerNormEpsilon,
    );
    const mask = plan('embeddings', 'tokens');
    const dropped = mask ? dropout(normed, mask) : normed;
    if (config.embeddingSize === config.hiddenSize) return { y: dropped, kept: { sum, statistics } };
    return { y: weights.linear(names.project, dropped), kept: { sum, statistics, projected: dropped } };
  });
}

/** Puts the gradients of tables, norm and projection into `gradients`, from dL/dy [tokens, hidden]. Does nothing where all are frozen. */
export function embeddingsBackward(
  config: ModelConfig,
  weights: Weights,
  rows: TableRows,
  plan: DropoutPlan,
  kept: EmbeddingActivations,
  dy: tf.Tensor2D,
  gradients: Gradients,
): void {
  const names = named(config);
  const all = [...Object.values(names.tables), `${names.norm}.weight`];
  if (kept.projected) all.push(`${names.project}.weight`);
  if (!all.some((name) => weights.parameter(name).trainable)) return;
  tf.tidy(() => {
    const dProjected = kept.projected ? weights.linearGradient(names.project, kept.projected, dy, gradients) : dy;
    const mask = plan('embeddings', 'tokens');
    const dNormed = mask ? dropout(dProjected, mask) : dProjected;
    const inputs = weights.norm(names.norm, { x: kept.sum });
    const dSum = weights.normGradient(names.norm, inputs, kept.statistics, dNormed, gradients);
    for (const table of ['word', 'position', 'type'] as const) {
      const name = names.tables[table];
      if (!weights.parameter(name).trainable) continue;
      gradients.putRows(name, rowGradient(dSum, rows[table], gradients.inverseOf(dSum)));
    }
  });
}
