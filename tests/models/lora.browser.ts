import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { openSafetensors } from '../../src/formats/safetensors';
import { openDevice, type Device } from '../../src/kernels/device';
import { readBack } from '../../src/kernels/read-back';
import { AdamW } from '../../src/models/adam-w';
import { readConfig } from '../../src/models/config';
import { CrossEncoder } from '../../src/models/cross-encoder';
import type { Family } from '../../src/models/families';
import { packBatch } from '../../src/text/pack';
import { LOSSES } from '../../src/training/losses/losses';

/** lora.test.ts on WebGPU, whose programs only a browser has: the same goldens of peft, of ranks that the programs take (multiples of 4). */
const URLS = import.meta.glob<string>('../goldens/tiny-models/*', { query: '?url', import: 'default', eager: true });
const golden = async (name: string) => (await fetch(URLS[`../goldens/tiny-models/${name}`]!)).blob();
const json = async (name: string) => JSON.parse(await (await golden(name)).text());

async function* inTurn(...sources: AsyncIterable<NamedArray>[]): AsyncGenerator<NamedArray> {
  for (const source of sources) yield* source;
}

async function* below(prefix: string, arrays: AsyncIterable<NamedArray>): AsyncGenerator<NamedArray> {
  for await (const array of arrays) {
    if (array.name.startsWith(prefix)) yield { ...array, name: array.name.slice(prefix.length) };
  }
}

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: 'webgpu' });
});

describe.each(['bert', 'roberta'] as Family[])('LoRA of %s on webgpu', (family) => {
  test('five steps of AdamW as peft: losses, norms, A, B, merged weights', async () => {
    const lora = async () => openSafetensors('lora', await golden(`${family}.lora.safetensors`));
    const { options, steps, learningRate, clipNorm } = await json(`${family}.lora.json`);
    const { sequences, tokenTypes, labels } = (await json(`${family}.expected.json`)) as Record<string, number[][]>;
    const model = await CrossEncoder.load(
      readConfig(await json(`${family}.config.json`)),
      inTurn(below('before/', await lora()), await openSafetensors('base', await golden(`${family}.safetensors`))),
      { headSeed: 1, freezePositionEmbeddings: true, dropout: 0, lora: { dropout: 0, ...options } },
    );
    const batch = packBatch(
      sequences!.map((ids, i) => ({ ids: Int32Array.from(ids), types: Int32Array.from(tokenTypes![i]!) })),
    );
    const loss = (logits: tf.Tensor1D) =>
      LOSSES.RankNet.of(tf.reshape(logits, [labels!.length, -1]), labels!) as tf.Scalar;
    const optimiser = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const before = tf.memory().numTensors;
    for (const [step, wanted] of (steps as { loss: number; gradientNorm: number }[]).entries()) {
      const result = model.lossAndGradients(batch, loss);
      const norm = optimiser.step(result.gradients, learningRate, clipNorm);
      expect(Math.abs((await readBack(result.loss))[0]! - wanted.loss), `loss of step ${step}`).toBeLessThan(2e-5);
      expect(Math.abs((await readBack(norm))[0]! / wanted.gradientNorm - 1), `norm of step ${step}`).toBeLessThan(3e-4);
      tf.dispose([result.loss, result.logits, norm]);
      result.gradients.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    const found = new Map<string, ArrayLike<number>>();
    for await (const { name, values } of model.trainedArrays()) found.set(`after/${name}`, values);
    for await (const { name, values } of model.arrays()) found.set(`merged/${name}`, values);
    for await (const { name, values } of await lora()) {
      if (name.startsWith('before/') || /classifier\.bias$|out_proj\.bias$/.test(name)) continue;
      const largest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - found.get(name)![i]!)), 0);
      expect(largest, name).toBeLessThan(5e-5);
    }
    device.check();
    optimiser.dispose();
    model.dispose();
  });
});
