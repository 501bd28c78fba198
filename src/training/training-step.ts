import * as tf from '@tensorflow/tfjs';
import { attempt } from '../kernels/attempt';
import { derivedSeed } from '../kernels/random';
import { readBack } from '../kernels/read-back';
import type { AdamW } from '../models/adam-w';
import type { CrossEncoder } from '../models/cross-encoder';
import { Gradients } from '../models/gradients';
import type { TrainingOptions } from '../recipes/recipe';
import type { Batch } from './batches';
import { encodeLists, type ListTexts } from './encode-lists';
import { batchGradient, type BatchGradient, type EncodedList } from './gradient';
import type { ListLoss } from './losses/list-loss';
import { fitsIn, type MemoryPlan } from './memory-budget';

/** An optimiser step's batches with their inputs, and what was left out of them. */
export interface PreparedStep {
  batches: { batch: Batch; lists: EncodedList[] }[];
  skipped: { count: number; why: string };
  /** Real tokens. */
  tokens: number;
}

/** Reads the texts of a step's lists. Lists that the loss learns nothing from are left out, and counted. */
export async function prepareStep(batches: readonly Batch[], loss: ListLoss, texts: ListTexts): Promise<PreparedStep> {
  const skipped = { count: 0, why: '' };
  const useful = (batch: Batch) =>
    batch.filter(({ labels }) => {
      const why = loss.useless(labels);
      if (!why) return true;
      skipped.count++;
      skipped.why = why;
      return false;
    });
  const kept = batches.map(useful).filter((batch) => batch.length > 0);
  const prepared = await Promise.all(kept.map(async (batch) => ({ batch, lists: await encodeLists(batch, texts) })));
  const inputs = prepared.flatMap(({ lists }) => lists.flatMap((list) => list.inputs));
  return { batches: prepared, skipped, tokens: inputs.reduce((sum, { ids }) => sum + ids.length, 0) };
}

/** What a step came to, still on the device: [loss, gradient norm, scores of the first batch …]. */
export interface LaunchedStep {
  /** Waits for the device. To be called once; disposes the values. */
  read(): Promise<{ loss: number; gradNorm: number; scores: Float32Array }>;
  dispose(): void;
}

export interface StepOptions {
  loss: ListLoss;
  reduction: TrainingOptions['reduction'];
  learningRate: number;
  clipNorm: number;
  /** Of the step's dropout. */
  seed: number;
  memory: MemoryPlan;
  /** Awaited between two pieces of work; throw from it to stop: then nothing was updated. */
  turn: () => Promise<void>;
}

/**
 * One optimiser step: the gradient of the mean of the batches' losses, and an update. Nothing is read back, so that the device need
 * not wait for us.
 *
 * @throws DeviceMemoryError or HeapMemoryError where the gradient did not fit: nothing was updated then.
 */
export async function launchStep(
  model: CrossEncoder,
  optimizer: AdamW,
  step: PreparedStep,
  options: StepOptions,
): Promise<LaunchedStep> {
  const gradient = await attempt(() => stepGradient(model, step, options), disposeGradient);
  try {
    const { loss, scores, gradients } = gradient;
    const norm = optimizer.step(gradients, options.learningRate, options.clipNorm);
    const values = tf.tidy(() => tf.concat([tf.reshape(loss, [1]), tf.reshape(norm, [1]), scores]));
    norm.dispose();
    return {
      async read() {
        const [loss, gradNorm, ...scores] = await readBack(values, 'loss and gradient norm').finally(() =>
          values.dispose(),
        );
        return { loss: loss!, gradNorm: gradNorm!, scores: Float32Array.from(scores) };
      },
      dispose: () => values.dispose(),
    };
  } finally {
    disposeGradient(gradient);
  }
}

/** Loss and gradient of all batches, and the scores of the first. */
async function stepGradient(
  model: CrossEncoder,
  { batches }: PreparedStep,
  { loss, reduction, seed, memory, turn }: StepOptions,
): Promise<BatchGradient> {
  const gradients = new Gradients();
  const losses: tf.Scalar[] = [];
  let scores: tf.Tensor1D | undefined;
  try {
    for (const [index, { lists }] of batches.entries()) {
      const factor = 1 / batches.length;
      const result = await batchGradient(model, lists, loss, {
        factor,
        reduction,
        seed: derivedSeed(seed, index),
        fits: fitsIn(memory),
        recompute: memory.recompute,
        into: gradients,
        turn,
      });
      losses.push(result.loss);
      if (scores) result.scores.dispose();
      else scores = result.scores;
    }
    return { loss: tf.addN(losses) as tf.Scalar, scores: scores!, gradients };
  } catch (error) {
    gradients.dispose();
    scores?.dispose();
    throw error;
  } finally {
    tf.dispose(losses);
  }
}

function disposeGradient({ loss, scores, gradients }: BatchGradient): void {
  tf.dispose([loss, scores]);
  gradients.dispose();
}
