import * as tf from '@tensorflow/tfjs';
import { AdamW } from '../src/models/adam-w';
import type { LoraOptions } from '../src/models/lora-options';
import { packBatch } from '../src/text/pack';
import { localizedContrastive } from '../src/training/losses/localized-contrastive';
import { benchModel, randomPairs, type BenchShape } from './model';
import { median, type Bench } from './result';
import { startWasm } from './wasm-in-node';

const ROUNDS = 3;
const LISTS = 2;
const DOCUMENTS = 8;
const LENGTH = 128;
/** As in the LoRA paper's GLUE runs: queries and values, rank 8. */
const LORA: LoraOptions = { rank: 8, alpha: 8, dropout: 0, targets: ['query', 'value'] };

/** Time of an optimiser step (ms), what is trained, what the optimiser holds, the most bytes of tensors at any moment of a step. */
async function measure(shape: BenchShape, directory: string | undefined, lora: LoraOptions | undefined) {
  const model = await benchModel(directory, shape, { lora });
  const optimiser = new AdamW(model.parameters(), { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const batch = packBatch(
    randomPairs(new Array<number>(LISTS * DOCUMENTS).fill(LENGTH), model.config.vocabSize) as never,
  );
  const labels = Array.from({ length: LISTS }, () => [1, ...new Array<number>(DOCUMENTS - 1).fill(0)]);
  const step = async () => {
    const result = model.lossAndGradients(
      batch,
      (logits) => localizedContrastive.of(tf.reshape(logits, [LISTS, DOCUMENTS]), labels) as tf.Scalar,
    );
    const norm = optimiser.step(result.gradients, 1e-5, 10);
    await result.loss.data();
    tf.dispose([result.loss, result.logits, norm]);
    result.gradients.dispose();
  };
  const trained = model.parameters().filter(({ trainable }) => trainable);
  const parameters = trained.reduce((sum, { variable }) => sum + variable.size, 0);
  const { peakBytes } = await tf.profile(step);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  optimiser.dispose();
  model.dispose();
  return { ms: median(times), parameters, optimiserBytes: 2 * 4 * parameters, peakBytes, tokens: batch.tokens };
}

/**
 * One optimiser step with LoRA against one that trains every weight: 2 lists of 8 passages of 128 tokens, random weights. They don't take
 * turns, since a base-size model with its moments is in memory once only.
 */
export const benchLora =
  (shape: BenchShape): Bench =>
  async (options) => {
    const adapter = await startWasm(options);
    const ours = await measure(shape, options.model, LORA);
    const whole = await measure(shape, options.model, undefined);
    return {
      task: shape === 'base' ? 'lora-base' : 'lora',
      backend: 'wasm',
      adapter,
      threads: options.threads,
      ours: ours.ms,
      peer: whole.ms,
      peerName: 'a step that trains every weight',
      unit: 'ms',
      ratio: ours.ms / whole.ms,
      tokens: ours.tokens,
      dispatches: 0,
      peakBytes: ours.peakBytes,
      others: {
        trainedParameters: ours.parameters,
        optimiserBytes: ours.optimiserBytes,
        wholeTrainedParameters: whole.parameters,
        wholeOptimiserBytes: whole.optimiserBytes,
        wholePeakBytes: whole.peakBytes,
      },
    };
  };
