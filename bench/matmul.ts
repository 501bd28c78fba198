import * as tf from '@tensorflow/tfjs';
import { linear, linearInputGradient, linearWeightGradient } from '../src/kernels/linear';
import { normals } from '../src/kernels/random';
import { alternate } from './alternate';
import type { Bench } from './result';
import { startWasm } from './wasm-in-node';

const ROWS = 2048;
const INPUTS = 384;
const OUTPUTS = 1536;
const ROUNDS = 9;

/** The product of MiniLM's widest layer, ours against stock tfjs (XNNPACK), both ways; times a product, and GFLOP/s of each. */
export const benchMatmul: Bench = async (options) => {
  const adapter = await startWasm(options);
  const random = (rows: number, columns: number) => tf.tensor2d(normals(rows * columns, 1, 1), [rows, columns]);
  const [x, weight, dy] = [random(ROWS, INPUTS), random(INPUTS, OUTPUTS), random(ROWS, OUTPUTS)];
  const bias = tf.zeros([OUTPUTS]) as tf.Tensor1D;
  const timed = (compute: () => tf.Tensor | tf.Tensor[]) => async () => tf.dispose(compute());

  const times = await alternate(
    {
      ours: timed(() => linear(x, weight, bias)),
      'ours, input gradient': timed(() => linearInputGradient(dy, weight)),
      'ours, weight gradient': timed(() => linearWeightGradient(x, dy)),
      stock: timed(() => tf.matMul(x, weight)),
      'stock, input gradient, transposed first': timed(() => tf.tidy(() => tf.matMul(dy, tf.transpose(weight)))),
      'stock, weight gradient, transposed first': timed(() => tf.tidy(() => tf.matMul(tf.transpose(x), dy))),
    },
    ROUNDS,
  );
  const gflops = (milliseconds: number) => (2 * ROWS * INPUTS * OUTPUTS) / milliseconds / 1e6;
  return {
    task: 'matmul',
    backend: 'wasm',
    adapter,
    threads: options.threads,
    ours: times.ours,
    peer: times.stock,
    peerName: 'stock tfjs matMul',
    unit: 'ms',
    ratio: times.ours / times.stock,
    tokens: ROWS,
    dispatches: 0,
    peakBytes: tf.memory().numBytes,
    others: Object.fromEntries(Object.entries(times).map(([name, time]) => [`${name}, GFLOP/s`, gflops(time)])),
  };
};
