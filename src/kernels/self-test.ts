import * as tf from '@tensorflow/tfjs';
import { toHalf } from './half';
import { linear } from './linear';
import { readBack } from './read-back';
import { toyGradients } from './toy-network';

/** What the open device can do, found in about a second. */
export interface SelfTestResult {
  /** Whether training on it is right and worth it. */
  ok: boolean;
  /** Whether its gradients are the CPU's. */
  right: boolean;
  /** Speed of a large product of matrices, 10⁹ multiplications and additions a second. */
  gflops: number;
  /** Time to get one number back, milliseconds (median). */
  readBackMs: number;
  /** Largest difference of a toy network's gradients from the CPU's, as a part of the tensor's largest value. */
  maxGradientError: number;
  /** One sentence for the user. */
  advice: string;
}

/** Float32 on any order of summation stays far below; a wrong program is far above. */
const GRADIENT_TOLERANCE = 1e-3;

/** The toy's in halves differ by 2e−3, with sums begun in halves or without. */
export const HALF_GRADIENT_TOLERANCE = 2e-2;

/** tfjs's wasm backend multiplies matrices at 15 to 20 GFLOP/s a thread: a GPU below that only heats. */
const WORTHWHILE_GFLOPS = 20;

/** From here on one read-back a step is felt. */
const SLOW_READ_BACK_MS = 50;

const READ_BACKS = 5;

/**
 * Tests the open device: gradients against the cpu backend (they came out zero on one phone's GPU, in silence), latency
 * and speed. Leaves the backend as it was.
 * @throws what `readBack` throws: a program that does not compile on this device is found here.
 */
export async function selfTest(): Promise<SelfTestResult> {
  const maxGradientError = await gradientError();
  const readBackMs = await latency();
  const gflops = await matrixSpeed(readBackMs);
  const right = maxGradientError <= GRADIENT_TOLERANCE;
  const fast = gflops >= WORTHWHILE_GFLOPS || tf.getBackend() !== 'webgpu';
  return {
    ok: right && fast,
    right,
    gflops,
    readBackMs,
    maxGradientError,
    advice: advise(right, fast, gflops, readBackMs),
  };
}

function advise(right: boolean, fast: boolean, gflops: number, readBackMs: number): string {
  if (!right) return "its gradients differ from the CPU's: a driver error; update the driver or browser, or use wasm";
  if (!fast) return `it multiplies matrices at ${gflops.toFixed(1)} GFLOP/s: wasm is faster`;
  const latencyNote = readBackMs > SLOW_READ_BACK_MS ? `; reading a number back takes ${readBackMs.toFixed(0)} ms` : '';
  return `gradients are right, matrices are multiplied at ${gflops.toFixed(0)} GFLOP/s${latencyNote}`;
}

/** What half precision comes to on the open device. */
export interface HalfTestResult {
  /** As in `SelfTestResult`, of the toy in halves. */
  maxGradientError: number;
  /** Speed of a large product of matrices in halves and in floats, 10⁹ multiplications and additions a second. */
  gflops: number;
  floatGflops: number;
}

/**
 * Tests the programs of half precision on the open device, which must be a webgpu one.
 * @throws what `readBack` throws.
 */
export async function halfTest(): Promise<HalfTestResult> {
  const maxGradientError = await gradientError(true);
  const readBackMs = await latency();
  const floatGflops = await matrixSpeed(readBackMs);
  return { maxGradientError, gflops: await matrixSpeed(readBackMs, true), floatGflops };
}

/** Lengths that do not fit the programs' tiles. */
const TOY_OFFSETS = Int32Array.of(0, 1, 6, 40, 43);

async function gradientError(half = false): Promise<number> {
  const backend = tf.getBackend();
  const found = await valuesOf(toyGradients(TOY_OFFSETS, 1, half));
  await tf.setBackend('cpu');
  const reference = toyGradients(TOY_OFFSETS, 1);
  const expected = reference.map((tensor) => tensor.dataSync() as Float32Array);
  tf.dispose(reference);
  await tf.setBackend(backend);
  return Math.max(...expected.map((values, i) => relativeError(found[i]!, values)));
}

async function valuesOf(tensors: tf.Tensor[]): Promise<ArrayLike<number>[]> {
  try {
    return await Promise.all(tensors.map((tensor) => readBack(tensor, 'a gradient of the self-test')));
  } finally {
    tf.dispose(tensors);
  }
}

/** Infinite if a value is not a number. */
function relativeError(found: ArrayLike<number>, expected: Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (const [i, value] of expected.entries()) {
    const distance = Math.abs(found[i]! - value);
    if (Number.isNaN(distance)) return Infinity;
    difference = Math.max(difference, distance);
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / largest;
}

async function latency(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < READ_BACKS; i++) {
    const one = tf.tidy(() => tf.add(tf.scalar(i), 1));
    const start = performance.now();
    await readBack(one);
    times.push(performance.now() - start);
    one.dispose();
  }
  return times.sort((a, b) => a - b)[READ_BACKS >> 1]!;
}

/** Sides of the square matrices to try: the next larger one only if the last was done within PATIENCE_MS. */
const SIDES = [256, 512, 1024, 2048];
const PATIENCE_MS = 15;

async function matrixSpeed(readBackMs: number, half = false): Promise<number> {
  let gflops = 0;
  for (const side of SIDES) {
    const square = () => tf.tidy(() => (half ? toHalf : tf.clone)(tf.randomNormal([side, side]) as tf.Tensor2D));
    const [x, weight] = [square(), square()];
    const bias = tf.zeros([side]) as tf.Tensor1D;
    await timed(x, weight, bias);
    const ms = Math.max(0.1, (await timed(x, weight, bias)) - readBackMs);
    tf.dispose([x, weight, bias]);
    gflops = (2 * side ** 3) / ms / 1e6;
    if (ms > PATIENCE_MS) break;
  }
  return gflops;
}

/** Milliseconds of one product and one number read back. */
async function timed(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): Promise<number> {
  const start = performance.now();
  const corner = tf.tidy(() => tf.slice(linear(x, weight, bias), [0, 0], [1, 1]));
  await readBack(corner);
  corner.dispose();
  return performance.now() - start;
}
