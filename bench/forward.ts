import * as tf from '@tensorflow/tfjs';
import type { CrossEncoder } from '../src/models/cross-encoder';
import { packBatch } from '../src/text/pack';
import { alternate } from './alternate';
import { benchModel, NATURAL_LENGTHS, randomPairs } from './model';
import { GRAPH_STYLES, onnxScores, onnxSession, paddedInputs } from './onnxruntime';
import type { Bench, BenchOptions, BenchResult } from './result';
import { startWasm } from './wasm-in-node';

/**
 * Scores of a batch against onnxruntime-web: same weights, same pairs, as many threads, one process, runs in turn. Ours packs the pairs end to
 * end, onnxruntime's are padded to the longest. Of onnxruntime's two graphs the faster one is the peer.
 */
async function benchForward(task: string, lengths: readonly number[], options: BenchOptions): Promise<BenchResult> {
  const adapter = await startWasm(options);
  const model = await benchModel(options.model);
  const pairs = randomPairs(lengths, model.config.vocabSize);
  const batch = packBatch(pairs as never);
  const inputs = paddedInputs(pairs);
  const ours = async () => {
    const logits = model.logits(batch);
    const scores = await logits.data();
    logits.dispose();
    return scores as Float32Array;
  };
  const { peer, style, expected } = await fasterPeer(model, inputs, options.threads);
  const difference = Math.max(...(await ours()).map((score, i) => Math.abs(score - expected[i]!)));
  if (!(difference < 1e-3)) throw new Error(`${task}: our scores and onnxruntime's differ by ${difference}`);

  const times = await alternate({ ours, peer: () => onnxScores(peer, inputs) }, ROUNDS);
  const { peakBytes } = await tf.profile(async () => model.logits(batch).dispose());
  return {
    task,
    backend: 'wasm',
    adapter,
    threads: options.threads,
    ours: times.ours,
    peer: times.peer,
    peerName: `onnxruntime-web, ${style} graph`,
    unit: 'ms',
    ratio: times.ours / times.peer,
    tokens: batch.tokens,
    dispatches: 0,
    peakBytes,
  };
}

/** onnxruntime with the graph that is faster here (each runs twice: the first run allocates), and its scores. */
async function fasterPeer(model: CrossEncoder, inputs: ReturnType<typeof paddedInputs>, threads: number) {
  const trials = [];
  for (const style of GRAPH_STYLES) {
    const peer = await onnxSession(model, style, threads);
    const expected = await onnxScores(peer, inputs);
    const start = performance.now();
    await onnxScores(peer, inputs);
    trials.push({ peer, style, expected, time: performance.now() - start });
  }
  return trials.reduce((best, trial) => (trial.time < best.time ? trial : best));
}

const ROUNDS = 5;

/** 16 pairs of 128 tokens each: no padding in the peer's input. */
export const benchForwardEqual: Bench = (options) =>
  benchForward('forward-equal', new Array<number>(16).fill(128), options);

export const benchForwardNatural: Bench = (options) => benchForward('forward-natural', NATURAL_LENGTHS, options);
