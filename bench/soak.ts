import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mix } from '../src/kernels/random';
import { AdamW } from '../src/models/adam-w';
import { LOSSES } from '../src/training/losses/losses';
import { planMemory } from '../src/training/memory-budget';
import { launchStep, type PreparedStep } from '../src/training/training-step';
import { benchModel, randomPairs } from './model';
import type { Bench } from './result';
import { startWasm } from './wasm-in-node';

const STEPS = 2000;
/** Until engine and caches are what they will be. */
const WARM_UP = 200;
const LISTS = 2;
const DOCUMENTS = 4;
/** Growth of the JavaScript heap that counts as none, bytes a step. */
const NOISE = 512;

/**
 * Memory after many optimiser steps of the trainer on a tiny model, with batches of ever other lengths, against that after 200:
 * JavaScript heap (garbage collected), tensors and their bytes, and wasm's memory.
 *
 * @throws Error when there are more tensors or bytes than before, or the heap has grown by 512 bytes a step.
 */
export const benchSoak: Bench = async (options) => {
  const adapter = await startWasm(options);
  const model = await benchModel(undefined, 'tiny', { dropout: 0.1 });
  const optimizer = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const memory = planMemory('auto', model);
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const state = async () => {
    // What was dropped in the last turn goes with the second.
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
    const { numTensors, numBytes } = tf.memory();
    const { HEAP8 } = (tf.backend() as BackendWasm).wasm as unknown as { HEAP8: Int8Array };
    return {
      heapBytes: process.memoryUsage().heapUsed,
      tensors: numTensors,
      tensorBytes: numBytes,
      wasmBytes: HEAP8.byteLength,
    };
  };

  let tokens = 0;
  const step = async (seed: number) => {
    const lists = Array.from({ length: LISTS }, (_, list) => {
      const lengths = Array.from({ length: DOCUMENTS }, (_, i) => 8 + (mix(seed * 64 + list * DOCUMENTS + i) % 41));
      tokens += lengths.reduce((sum, length) => sum + length, 0);
      return { inputs: randomPairs(lengths, model.config.vocabSize) as never, labels: [1, 0, 0, 0] };
    });
    const prepared: PreparedStep = { batches: [{ batch: [], lists }], skipped: { count: 0, why: '' }, tokens: 0 };
    const launched = await launchStep(model, optimizer, prepared, {
      loss: LOSSES.LocalizedContrastive,
      reduction: 'mean',
      learningRate: 1e-4,
      clipNorm: 10,
      seed,
      memory,
      turn: async () => {},
    });
    const { loss } = await launched.read();
    if (!Number.isFinite(loss)) throw new Error(`soak: step ${seed}: the loss is ${loss}`);
  };

  const steps = options.steps ?? STEPS;
  let at = 0;
  while (at < WARM_UP) await step(at++);
  const before = await state();
  let after = before;
  for (let quarter = 1; quarter <= 4; quarter++) {
    while (at < WARM_UP + (steps * quarter) / 4) await step(at++);
    after = await state();
    console.error(`step ${at}: ${JSON.stringify(after)}`);
  }
  if (after.tensors !== before.tensors || after.tensorBytes !== before.tensorBytes)
    throw new Error(`soak: tensors grew from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  if (after.heapBytes - before.heapBytes > NOISE * steps)
    throw new Error(`soak: the heap grew from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  return {
    task: 'soak',
    backend: 'wasm',
    adapter,
    threads: options.threads,
    ours: after.heapBytes,
    peer: before.heapBytes,
    peerName: `the JavaScript heap ${steps} steps before`,
    unit: 'bytes',
    ratio: after.heapBytes / before.heapBytes,
    tokens,
    dispatches: 0,
    peakBytes: after.tensorBytes,
    others: {
      steps,
      tensorsBefore: before.tensors,
      tensorsAfter: after.tensors,
      tensorBytesBefore: before.tensorBytes,
      tensorBytesAfter: after.tensorBytes,
      wasmBytesBefore: before.wasmBytes,
      wasmBytesAfter: after.wasmBytes,
    },
  };
};
