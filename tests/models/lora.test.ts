import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { AdamW } from '../../src/models/adam-w';
import { CrossEncoder } from '../../src/models/cross-encoder';
import type { Family } from '../../src/models/families';
import type { LoraOptions } from '../../src/models/lora-options';
import { batchGradient } from '../../src/training/gradient';
import { LOSSES } from '../../src/training/losses/losses';
import { NODE_BACKENDS, useNodeBackend } from '../kernels/backends';
import {
  expectedOf,
  gradientArrays,
  largestDifference,
  LOAD_OPTIONS,
  loadTiny,
  TINY_FAMILIES,
  tinyArrays,
  tinyBatch,
  tinyConfig,
  tinyFile,
  tinyLoss,
} from './tiny-models';

/** What peft made of the tiny models: tests/goldens/make-lora.py. */
interface Golden {
  options: Pick<LoraOptions, 'rank' | 'alpha' | 'targets'>;
  learningRate: number;
  clipNorm: number;
  trainable: number;
  steps: { loss: number; gradientNorm: number }[];
  lossAfter: number;
}

const goldenOf = (family: Family) =>
  JSON.parse(readFileSync(new URL(`../goldens/tiny-models/${family}.lora.json`, import.meta.url), 'utf8')) as Golden;

/** Tensors of the golden file below `before/`, `after/` or `merged/`. */
async function goldenArrays(family: Family, when: string): Promise<Map<string, NamedArray>> {
  const all = await tinyArrays(`${family}.lora.safetensors`);
  const below = [...all].filter(([name]) => name.startsWith(`${when}/`));
  return new Map(
    below.map(([key, array]) => [key.slice(when.length + 1), { ...array, name: key.slice(when.length + 1) }]),
  );
}

async function* inTurn(...sources: (Iterable<NamedArray> | AsyncIterable<NamedArray>)[]): AsyncGenerator<NamedArray> {
  for (const source of sources) yield* source;
}

async function collected(arrays: AsyncIterable<NamedArray>): Promise<Map<string, Float32Array>> {
  const all = new Map<string, Float32Array>();
  for await (const { name, values } of arrays) all.set(name, values.slice());
  return all;
}

/** A tiny model with adapters: peft's initial ones, or given tensors. */
async function adapted(family: Family, options: Partial<LoraOptions> = {}, trained?: Iterable<NamedArray>) {
  const lora = { dropout: 0, ...goldenOf(family).options, ...options };
  const first = trained ?? (await goldenArrays(family, 'before')).values();
  return CrossEncoder.load(tinyConfig(family), inTurn(first, await tinyFile(`${family}.safetensors`)), {
    ...LOAD_OPTIONS,
    lora,
    dropout: 0,
  });
}

const HYPERPARAMETERS = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** In exact arithmetic its gradient is 0, and AdamW scales up whatever noise there is. */
const isNoise = (name: string) => /^classifier\.bias$|out_proj\.bias$/.test(name);

describe.each(NODE_BACKENDS)('LoRA on %s', (backend) => {
  beforeAll(() => useNodeBackend(backend));

  describe.each(TINY_FAMILIES)('%s', (family) => {
    const golden = goldenOf(family);
    const expected = expectedOf(family);
    const batch = tinyBatch(expected);
    const loss = tinyLoss('RankNet', expected);

    test('five steps of AdamW as peft: losses, norms, A, B, classifier, merged weights', async () => {
      const model = await adapted(family);
      const optimiser = new AdamW(model.parameters(), HYPERPARAMETERS);
      const before = tf.memory().numTensors;
      for (const [step, { loss: wanted, gradientNorm }] of golden.steps.entries()) {
        const result = model.lossAndGradients(batch, loss);
        const norm = optimiser.step(result.gradients, golden.learningRate, golden.clipNorm);
        const [foundLoss, foundNorm] = [(await result.loss.data())[0]!, (await norm.data())[0]!];
        expect(Math.abs(foundLoss - wanted), `loss of step ${step}`).toBeLessThan(1e-5);
        expect(Math.abs(foundNorm / gradientNorm - 1), `norm of step ${step}`).toBeLessThan(1e-4);
        tf.dispose([result.loss, result.logits, norm]);
        result.gradients.dispose();
      }
      expect(tf.memory().numTensors).toBe(before);

      const trained = await collected(model.trainedArrays());
      const after = await goldenArrays(family, 'after');
      expect([...trained.keys()].sort()).toEqual([...after.keys()].sort());
      for (const [name, { values }] of after) {
        if (!isNoise(name)) expect(largestDifference(trained.get(name)!, values), name).toBeLessThan(2e-5);
      }
      const start = await tinyArrays(`${family}.safetensors`);
      const merged = await goldenArrays(family, 'merged');
      for (const [name, values] of await collected(model.arrays())) {
        const wanted = (merged.get(name) ?? start.get(name)!).values;
        if (!isNoise(name)) expect(largestDifference(values, wanted), name).toBeLessThan(2e-5);
        // What is not adapted is not touched.
        if (!merged.has(name)) expect(values, name).toEqual(start.get(name)!.values);
      }
      optimiser.dispose();
      model.dispose();
    });

    test('trains what peft trains, and changes nothing before the first update', async () => {
      const lora = { dropout: 0, ...golden.options };
      const model = await loadTiny(family, { lora });
      const trained = model.parameters().filter(({ trainable }) => trainable);
      expect(trained.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(golden.trainable);
      const logits = model.logits(batch);
      expect(largestDifference(await logits.data(), expected.logits)).toBeLessThan(1e-5);
      expect([...(await collected(model.arrays())).keys()].sort()).toEqual(
        [...(await tinyArrays(`${family}.safetensors`)).keys()].sort(),
      );
      logits.dispose();
      model.dispose();
    });

    test('the merged checkpoint scores as the model with its adapters', async () => {
      const trained = (await goldenArrays(family, 'after')).values();
      const model = await adapted(family, {}, trained);
      const whole = await CrossEncoder.load(tinyConfig(family), model.arrays(), LOAD_OPTIONS);
      const [found, wanted] = [whole.logits(batch), model.logits(batch)];
      expect(largestDifference(await found.data(), await wanted.data())).toBeLessThan(1e-5);
      const value = tf.tidy(() => loss(wanted));
      expect((await value.data())[0]).toBeCloseTo(golden.lossAfter, 5);
      tf.dispose([found, wanted, value]);
      model.dispose();
      whole.dispose();
    });

    test('has the gradient that differences of the loss give, with dropout, in one piece and in several', async () => {
      const trained = await goldenArrays(family, 'after');
      const lists = expected.labels.map((labels, q) => ({
        inputs: labels.map((_, d) => {
          const at = q * labels.length + d;
          return { ids: expected.sequences[at]!, types: expected.tokenTypes[at]! };
        }),
        labels,
      })) as never;
      const options = { factor: 1, reduction: 'mean' as const, seed: 3 };
      const lossWith = async (arrays: Iterable<NamedArray>, fits: (tokens: number) => boolean) => {
        const model = await adapted(family, { dropout: 0.3 }, arrays);
        const result = await batchGradient(model, lists, LOSSES.RankNet, { ...options, fits });
        const value = (await result.loss.data())[0]!;
        const gradients = await gradientArrays(model, result.gradients);
        tf.dispose([result.loss, result.scores]);
        result.gradients.dispose();
        model.dispose();
        return { value, gradients };
      };
      const whole = await lossWith(trained.values(), () => true);
      const pieces = await lossWith(trained.values(), (tokens) => tokens <= 20);
      expect(pieces.value).toBeCloseTo(whole.value, 5);
      expect([...whole.gradients.keys()].sort()).toEqual([...trained.keys()].sort());
      for (const [name, values] of pieces.gradients) {
        expect(largestDifference(values, whole.gradients.get(name)!), name).toBeLessThan(1e-5);
      }
      // Along a direction of its own for each tensor: as many forwards as there are tensors, not numbers.
      const STEP = 1 / 512;
      for (const [name, { shape, values }] of [...trained].filter(([tensor]) => tensor.includes('layer.1'))) {
        const direction = values.map((_, i) => Math.sin(i + name.length));
        const moved = async (by: number) => {
          const array = { name, shape, values: values.map((value, i) => value + by * direction[i]!) };
          return (await lossWith([...new Map(trained).set(name, array as NamedArray).values()], () => true)).value;
        };
        const slope = ((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP);
        const found = whole.gradients.get(name)!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
        expect(Math.abs(found - slope), name).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
      }
    });
  });

  test('names the targets when no layer is called so', async () => {
    await expect(loadTiny('bert', { lora: { rank: 2, alpha: 2, dropout: 0, targets: [] } })).rejects.toThrow(
      'LoRA: expected layers to adapt',
    );
  });
});
