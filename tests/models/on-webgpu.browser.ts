import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, test, vi } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { countDispatches, totalOf } from '../../src/kernels/count-dispatches';
import { openDevice, type Device } from '../../src/kernels/device';
import type { Precision } from '../../src/kernels/precision';
import { normals } from '../../src/kernels/random';
import { readBack } from '../../src/kernels/read-back';
import { AdamW } from '../../src/models/adam-w';
import { readConfig, type ModelConfig } from '../../src/models/config';
import { CrossEncoder } from '../../src/models/cross-encoder';
import { parameterLayouts } from '../../src/models/layout';
import { packBatch } from '../../src/text/pack';

let device: Device;

beforeAll(async () => {
  device = await openDevice({ backend: 'webgpu' });
});

const bert = (layers: number, hidden: number, heads: number, intermediate: number) =>
  readConfig({
    model_type: 'bert',
    vocab_size: 200,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: intermediate,
    hidden_act: 'gelu',
    max_position_embeddings: 64,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
  });

/** Random weights of every tensor in a checkpoint. */
async function* randomArrays(config: ModelConfig): AsyncGenerator<NamedArray> {
  let seed = 0;
  for (const { parts } of parameterLayouts(config)) {
    for (const { name, shape } of parts) {
      const count = shape.reduce((product, n) => product * n, 1);
      yield { name, shape, values: normals(count, 0.05, seed++) };
    }
  }
}

const load = (config: ModelConfig, precision: Precision = 'f32') =>
  CrossEncoder.load(config, randomArrays(config), { headSeed: 1, freezePositionEmbeddings: true, precision });

/** A batch of sequences of these lengths, with ids below 200. */
const batchOf = (lengths: number[], seed: number) =>
  packBatch(
    lengths.map((length, i) => {
      const ids = Array.from(normals(length, 1e4, seed + i), (x) => Math.floor(Math.abs(x)) % 200);
      return { ids, types: ids.map((_, place) => (place < length / 2 ? 0 : 1)) };
    }) as never,
  );

const sumOfSquares = (logits: tf.Tensor1D) => tf.sum(tf.square(logits)) as tf.Scalar;
const HYPERPARAMETERS = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Dispatches of one micro-batch in a model of so many layers. */
async function dispatchesOf(layers: number, precision: Precision) {
  const model = await load(bert(layers, 32, 2, 64), precision);
  const optimiser = new AdamW(model.parameters(), HYPERPARAMETERS);
  const batch = batchOf([9, 5, 11], 1);
  const forward = countDispatches(() => model.logits(batch));
  const both = countDispatches(() => model.lossAndGradients(batch, sumOfSquares, { seed: 1 }));
  const step = countDispatches(() => optimiser.step(both.result.gradients, 1e-5, 10));
  await readBack(step.result);
  tf.dispose([forward.result, both.result.loss, both.result.logits, step.result]);
  both.result.gradients.dispose();
  optimiser.dispose();
  model.dispose();
  return {
    forward: totalOf(forward.dispatches),
    both: totalOf(both.dispatches),
    optimiser: totalOf(step.dispatches),
  };
}

test.each<Precision>(['f32', 'f16'])(
  'dispatches in %s: at most 12 a layer forward, 30 backward, 10 for the optimiser',
  async (precision) => {
    const [two, three] = [await dispatchesOf(2, precision), await dispatchesOf(3, precision)];
    const forward = three.forward - two.forward;
    expect(forward).toBeLessThanOrEqual(12);
    expect(three.both - two.both - forward).toBeLessThanOrEqual(30);
    expect(three.optimiser).toBeLessThanOrEqual(10);
  },
);

test('no tensor of sequences × heads × length² exists, nor anything as large', async () => {
  const [sequences, heads, length] = [4, 2, 60];
  const model = await load(bert(2, 32, heads, 64));
  const batch = batchOf(new Array<number>(sequences).fill(length), 1);
  const backend = tf.backend() as WebGPUBackend;
  const made = vi.spyOn(backend, 'makeTensorInfo');
  const { loss, logits, gradients } = model.lossAndGradients(batch, sumOfSquares, { seed: 1 });
  const sizes = made.mock.calls.map(([shape]) => shape.reduce((product, n) => product * n, 1));
  made.mockRestore();
  device.check();
  // The widest activation is the largest there is.
  expect(Math.max(...sizes)).toBe(batch.ids.length * 64);
  expect(batch.ids.length * 64).toBeLessThan(sequences * heads * length ** 2);
  gradients.dispose();
  tf.dispose([loss, logits]);
  model.dispose();
});

/** Lengths of a batch, different for each step. */
const lengthsOf = (step: number) =>
  Array.from(normals(3 + (step % 4), 1, 1000 + step), (x) => 2 + (Math.floor(Math.abs(x) * 20) % 40));

test('memory is flat over steps with ever-changing batches', async () => {
  const model = await load(bert(2, 32, 2, 64));
  const optimiser = new AdamW(model.parameters(), HYPERPARAMETERS);
  const memory = () => tf.memory() as tf.MemoryInfo & { numBytesInGPU: number; numBytesAllocatedInGPU: number };
  const seen: { tensors: number; used: number; allocated: number }[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { loss, logits, gradients } = model.lossAndGradients(batchOf(lengthsOf(step), step), sumOfSquares, {
      seed: step,
    });
    const norm = optimiser.step(gradients, 1e-4, 10);
    await readBack(loss);
    gradients.dispose();
    tf.dispose([loss, logits, norm]);
    const { numTensors, numBytesInGPU, numBytesAllocatedInGPU } = memory();
    seen.push({ tensors: numTensors, used: numBytesInGPU, allocated: numBytesAllocatedInGPU });
  }
  device.check();
  expect(seen.at(-1)!.tensors).toBe(seen[9]!.tensors);
  expect(seen.at(-1)!.used).toBe(seen[9]!.used);
  // The pool's floor: below it nothing is given back.
  expect(seen.at(-1)!.allocated).toBeLessThan(64 * 2 ** 20);
  optimiser.dispose();
  model.dispose();
});

const STEPS = 100;
