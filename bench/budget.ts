import * as tf from '@tensorflow/tfjs';
import { AdamW } from '../src/models/adam-w';
import { LOSSES } from '../src/training/losses/losses';
import { planMemory } from '../src/training/memory-budget';
import { launchStep, type PreparedStep } from '../src/training/training-step';
import { benchModel, randomPairs } from './model';
import { median, type Bench } from './result';
import { startWasm } from './wasm-in-node';

const STEPS = 2;
const PASSAGES = 100;
const LENGTH = 256;
const BUDGET = { MiniLM: 2 ** 30, base: 2 ** 31 };

/**
 * The most bytes of tensors (tf.memory()) during two whole optimiser steps of the trainer, against the budget it was given: one list of 100
 * passages (or `--documents`) of 256 tokens, dropout on, random weights.
 */
export const benchBudget =
  (shape: keyof typeof BUDGET): Bench =>
  async (options) => {
    const adapter = await startWasm(options);
    const model = await benchModel(options.model, shape, { dropout: 0.1 });
    const optimizer = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const budget = BUDGET[shape];
    const memory = planMemory(budget, model);
    const passages = options.documents ?? PASSAGES;
    const inputs = randomPairs(new Array<number>(passages).fill(LENGTH), model.config.vocabSize) as never;
    const labels = [1, ...new Array<number>(passages - 1).fill(0)];
    const prepared: PreparedStep = {
      batches: [{ batch: [], lists: [{ inputs, labels }] }],
      skipped: { count: 0, why: '' },
      tokens: passages * LENGTH,
    };
    const loss = LOSSES.LocalizedContrastive;
    const before = tf.memory().numTensors;
    const times: number[] = [];
    let peakBytes = 0;
    for (let seed = 0; seed < STEPS; seed++) {
      const stepOptions = {
        loss,
        reduction: 'mean' as const,
        learningRate: 1e-5,
        clipNorm: 10,
        seed,
        memory,
        turn: async () => {},
      };
      const start = performance.now();
      const profile = await tf.profile(async () => {
        const launched = await launchStep(model, optimizer, prepared, stepOptions);
        const { loss, gradNorm } = await launched.read();
        if (!Number.isFinite(loss + gradNorm)) throw new Error(`budget: loss ${loss}, gradient norm ${gradNorm}`);
      });
      times.push(performance.now() - start);
      peakBytes = Math.max(peakBytes, profile.peakBytes);
      const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
      console.error(
        `step ${seed + 1}: peak ${mebibytes(profile.peakBytes)}, ${(times.at(-1)! / 1000).toFixed(1)} s, ` +
          `${tf.memory().numTensors - before} tensors more than before`,
      );
    }
    return {
      task: shape === 'base' ? 'budget-base' : 'budget',
      backend: 'wasm',
      adapter,
      threads: options.threads,
      ours: peakBytes,
      peer: budget,
      peerName: 'the budget',
      unit: 'bytes',
      ratio: peakBytes / budget,
      tokens: prepared.tokens,
      dispatches: 0,
      peakBytes,
      documents: passages,
      others: { stepMs: median(times), pieceTokens: memory.pieceTokens, recompute: Number(memory.recompute) },
    };
  };
