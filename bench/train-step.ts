import * as tf from '@tensorflow/tfjs';
import { AdamW } from '../src/models/adam-w';
import { packBatch } from '../src/text/pack';
import { localizedContrastive } from '../src/training/losses/localized-contrastive';
import { alternate } from './alternate';
import { benchModel, randomPairs } from './model';
import type { Bench } from './result';
import { startWasm } from './wasm-in-node';

const ROUNDS = 5;
const LISTS = 4;
const DOCUMENTS = 4;
const LENGTH = 128;

/**
 * One optimiser step on 4 lists of 4 passages, 128 tokens each (forward, loss, backward, clip, AdamW), against our own
 * forward of the same batch: the yardstick is 3, since a backward is two products for each of the forward's.
 */
export const benchTrainStep: Bench = async (options) => {
  const adapter = await startWasm(options);
  const model = await benchModel(options.model);
  const optimiser = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const lengths = new Array<number>(LISTS * DOCUMENTS).fill(LENGTH);
  const batch = packBatch(randomPairs(lengths, model.config.vocabSize) as never);
  const labels = Array.from({ length: LISTS }, () => [1, ...new Array<number>(DOCUMENTS - 1).fill(0)]);
  const loss = (logits: tf.Tensor1D) =>
    localizedContrastive.of(tf.reshape(logits, [LISTS, DOCUMENTS]), labels) as tf.Scalar;

  const step = async () => {
    const result = model.lossAndGradients(batch, loss);
    const norm = optimiser.step(result.gradients, 1e-5, 10);
    await result.loss.data();
    tf.dispose([result.loss, result.logits, norm]);
    result.gradients.dispose();
  };
  const forward = async () => {
    const logits = model.logits(batch);
    await logits.data();
    logits.dispose();
  };
  const times = await alternate({ step, forward }, ROUNDS);
  const { peakBytes } = await tf.profile(step);
  return {
    task: 'train-step',
    backend: 'wasm',
    adapter,
    threads: options.threads,
    ours: times.step,
    peer: times.forward,
    peerName: 'our own forward',
    unit: 'ms',
    ratio: times.step / times.forward,
    tokens: batch.tokens,
    dispatches: 0,
    peakBytes,
  };
};
