import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { openSafetensors } from '../../src/formats/safetensors';
import { readConfig } from '../../src/models/config';
import { CrossEncoder, type LoadOptions } from '../../src/models/cross-encoder';
import type { Family } from '../../src/models/families';
import type { Gradients } from '../../src/models/gradients';
import { checkpointArrays } from '../../src/models/parameters';
import type { LossName } from '../../src/recipes/recipe';
import { packBatch } from '../../src/text/pack';
import { LOSSES } from '../../src/training/losses/losses';

/** The goldens of tiny-models.ts as a browser gets them. */
const URLS = import.meta.glob<string>('../goldens/tiny-models/*', { query: '?url', import: 'default', eager: true });

const golden = async (name: string) => (await fetch(URLS[`../goldens/tiny-models/${name}`]!)).blob();
export const json = async (name: string) => JSON.parse(await (await golden(name)).text());

/** The tensors of a golden file by name. */
export async function arraysOf(name: string): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for await (const array of await openSafetensors(name, await golden(name))) arrays.set(array.name, array);
  return arrays;
}

async function* inTurn(...sources: (Iterable<NamedArray> | AsyncIterable<NamedArray>)[]): AsyncGenerator<NamedArray> {
  for (const source of sources) yield* source;
}

/** A tiny model, its batch, its losses and what PyTorch made of them; `first` are tensors that the checkpoint has not. */
export async function load(family: Family, options: Partial<LoadOptions>, first: NamedArray[] = []) {
  const config = readConfig(await json(`${family}.config.json`));
  const weights = await openSafetensors(family, await golden(`${family}.safetensors`));
  const expected = await json(`${family}.expected.json`);
  const { sequences, tokenTypes, labels } = expected as Record<'sequences' | 'tokenTypes' | 'labels', number[][]>;
  return {
    model: await CrossEncoder.load(config, inTurn(first, weights), {
      headSeed: 1,
      freezePositionEmbeddings: true,
      ...options,
    }),
    batch: packBatch(
      sequences.map((ids, i) => ({ ids: Int32Array.from(ids), types: Int32Array.from(tokenTypes[i]!) })),
    ),
    lossOf:
      (name: LossName) =>
      (logits: tf.Tensor1D): tf.Scalar =>
        LOSSES[name].of(tf.reshape(logits, [labels.length, -1]), labels) as tf.Scalar,
    expected: expected as {
      logits: number[];
      losses: Record<string, number>;
      steps: { loss: number; gradientNorm: number }[];
    },
  };
}

/** A model's gradients in a checkpoint's names and shapes; rows that were not touched are zeros. */
export async function gradientArrays(model: CrossEncoder, gradients: Gradients): Promise<Map<string, Float32Array>> {
  const arrays = new Map<string, Float32Array>();
  for (const { name, layout } of model.parameters()) {
    const rows = gradients.tables.get(name);
    const dense = tf.tidy(() => {
      if (!rows) return gradients.dense.get(name)!.clone();
      const places = tf.tensor2d(rows.rows, [rows.rows.length, 1], 'int32');
      return tf.scatterND(places, tf.slice(rows.values, [0, 0], [rows.rows.length, -1]), layout.shape);
    });
    for await (const array of checkpointArrays(layout, dense)) arrays.set(array.name, array.values);
    dense.dispose();
  }
  return arrays;
}

/** Over two arrays of one length. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...Array.from(expected, (value, i) => Math.abs(found[i]! - value)));
}

/** Gradients that are 0 in exact arithmetic: AdamW scales up whatever noise there is. */
export const isNoise = (name: string) => /key\.bias$|^classifier\.bias$|out_proj\.bias$/.test(name);
