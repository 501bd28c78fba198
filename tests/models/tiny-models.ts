import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import type { NamedArray } from '../../src/formats/named-array';
import { openSafetensors } from '../../src/formats/safetensors';
import { readConfig } from '../../src/models/config';
import { CrossEncoder, type LoadOptions } from '../../src/models/cross-encoder';
import type { Family } from '../../src/models/families';
import type { Gradients } from '../../src/models/gradients';
import { checkpointArrays } from '../../src/models/parameters';
import { LOSSES } from '../../src/training/losses/losses';
import type { LossName } from '../../src/recipes/recipe';
import { packBatch } from '../../src/text/pack';

/** The models and PyTorch's numbers of tests/goldens/make-tiny-models.py. */
export const TINY_FAMILIES: Family[] = ['bert', 'electra', 'roberta'];

export interface Expected {
  sequences: number[][];
  tokenTypes: number[][];
  labels: number[][];
  logits: number[];
  losses: Record<LossName, number>;
  steps: { loss: number; gradientNorm: number }[];
}

const golden = (name: string) => readFileSync(new URL(`../goldens/tiny-models/${name}`, import.meta.url));

const json = (name: string): unknown => JSON.parse(golden(name).toString());

export const tinyConfig = (family: Family) => readConfig(json(`${family}.config.json`));

export const expectedOf = (family: Family) => json(`${family}.expected.json`) as Expected;

export const tinyFile = (name: string) => openSafetensors(name, new Blob([new Uint8Array(golden(name))]));

/** Tensors of a golden file by name. */
export async function tinyArrays(name: string): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for await (const array of await tinyFile(name)) arrays.set(array.name, array);
  return arrays;
}

export const LOAD_OPTIONS: LoadOptions = { headSeed: 1, freezePositionEmbeddings: true };

export async function loadTiny(family: Family, options: Partial<LoadOptions> = {}): Promise<CrossEncoder> {
  return CrossEncoder.load(tinyConfig(family), await tinyFile(`${family}.safetensors`), {
    ...LOAD_OPTIONS,
    ...options,
  });
}

/** The golden's batch, or sequences `from … to` of it. */
export function tinyBatch({ sequences, tokenTypes }: Expected, from = 0, to = sequences.length) {
  const inputs = sequences.map((ids, i) => ({ ids, types: tokenTypes[i]! })).slice(from, to);
  return packBatch(inputs as never);
}

export const tinyLoss =
  (name: LossName, { labels }: Expected) =>
  (logits: tf.Tensor1D) =>
    LOSSES[name].of(tf.reshape(logits, [labels.length, -1]), labels) as tf.Scalar;

/** A model's gradients in the checkpoint's names and layout; for frozen parameters there is none. */
export async function gradientArrays(model: CrossEncoder, gradients: Gradients): Promise<Map<string, Float32Array>> {
  const arrays = new Map<string, Float32Array>();
  for (const { name, layout } of model.parameters()) {
    const rows = gradients.tables.get(name);
    const tensor =
      gradients.dense.get(name) ??
      (rows &&
        tf.tidy(() => {
          const touched = tf.slice(rows.values, [0, 0], [rows.rows.length, -1]);
          return tf.scatterND(tf.tensor2d(rows.rows, [rows.rows.length, 1], 'int32'), touched, layout.shape);
        }));
    if (!tensor) continue;
    for await (const array of checkpointArrays(layout, tensor)) arrays.set(array.name, array.values);
    if (rows) tensor.dispose();
  }
  return arrays;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
