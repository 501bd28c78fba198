import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { ActivationName } from './activation-names';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { elementShape } from './half';
import { linearInputGradientReference, linearReference, linearWeightGradientReference } from './linear';
import { isDivisible, matMul } from './matmul.webgpu';
import { program, run } from './program.webgpu';
import { storageOf } from './storage.webgpu';

/**
 * Layers whose sizes are not divisible by 4 (a head with one score) are small: stock ops do them. tfjs gives kernels real
 * tensors and takes them back.
 */
const stock = (info: tf.TensorInfo) => info as tf.Tensor2D;

const linearKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, weight, bias } = inputs as { x: tf.TensorInfo; weight: tf.TensorInfo; bias: tf.TensorInfo };
  const { activation } = attrs as unknown as { activation?: ActivationName };
  const webgpu = backend as WebGPUBackend;
  const [m, k] = elementShape(x) as [number, number];
  const n = elementShape(weight)[1]!;
  if (!isDivisible(n, k)) {
    return linearReference(stock(x), stock(weight), bias as tf.Tensor1D, activation);
  }
  return matMul(webgpu, {
    a: x,
    b: weight,
    aLies: 'kLast',
    bLies: 'kFirst',
    m,
    n,
    k,
    ending: 'bias',
    added: bias,
    activation,
    storage: storageOf(webgpu, x, k),
    inHalves: true,
    outputShape: [m, n],
  })[0];
};

const inputGradientKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { dy, weight, addend } = inputs as { dy: tf.TensorInfo; weight: tf.TensorInfo; addend?: tf.TensorInfo };
  const webgpu = backend as WebGPUBackend;
  const [m, k] = elementShape(dy) as [number, number];
  const n = weight.shape[0]!;
  if (!isDivisible(n, k)) {
    return linearInputGradientReference(stock(dy), stock(weight), addend && stock(addend));
  }
  return matMul(webgpu, {
    a: dy,
    b: weight,
    aLies: 'kLast',
    bLies: 'kLast',
    m,
    n,
    k,
    ending: addend ? 'addend' : 'none',
    added: addend,
    storage: storageOf(webgpu, dy, k),
    outputShape: [m, n],
  })[0];
};

/** Adds up the parts of a weight's gradient; the last row of each part is the bias's. */
const partSums = program({
  name: 'LinearWeightGradParts',
  outputs: { dWeight: 'vec4f', dBias: 'vec4f' },
  inputs: { parts: 'vec4f' },
  uniforms: { count: 'u32', weights: 'u32', splits: 'u32' },
  code: `${ELEMENTWISE_MAIN}
  var sum = parts[i];
  for (var s = 1u; s < u.splits; s++) { sum += parts[s * u.count + i]; }
  if (i < u.weights) { dWeight[i] = sum; } else { dBias[i - u.weights] = sum; }
}`,
});

/** Aim for the number of workgroups of a weight's gradient, and the fewest tokens that one of them should add up. */
const WANTED_WORKGROUPS = 256;
const TOKENS_A_SPLIT = 256;
const WEIGHT_TILE = 64;

/** Parts of the tokens, so that a small weight's gradient fills the GPU as well. */
function splitsOf(tokens: number, inputs: number, outputs: number): number {
  const tiles = Math.ceil(inputs / WEIGHT_TILE) * Math.ceil(outputs / WEIGHT_TILE);
  return Math.max(1, Math.min(Math.ceil(WANTED_WORKGROUPS / tiles), Math.floor(tokens / TOKENS_A_SPLIT)));
}

const weightGradientKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { x, dy, inverse: scale } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo; inverse?: tf.TensorInfo };
  const webgpu = backend as WebGPUBackend;
  const [k, m] = elementShape(x) as [number, number];
  const n = elementShape(dy)[1]!;
  if (!isDivisible(m, n)) {
    return linearWeightGradientReference(stock(x), stock(dy));
  }
  const splits = splitsOf(k, m, n);
  const product = {
    a: x,
    b: dy,
    aLies: 'kFirst',
    bLies: 'kFirst',
    m,
    n,
    k,
    storage: storageOf(webgpu, x, m),
    scale,
  } as const;
  if (splits === 1) return matMul(webgpu, { ...product, ending: 'sums', outputShape: [m, n] });
  const [parts] = matMul(webgpu, { ...product, ending: 'parts', splits, outputShape: [splits, m + 1, n] });
  const { count, workgroups } = elementwise((m + 1) * n, 'f32x4');
  const sums = run(webgpu, partSums, {
    outputs: { dWeight: [m, n], dBias: [n] },
    inputs: { parts },
    uniforms: { count, weights: (m * n) / 4, splits },
    workgroups,
  });
  webgpu.disposeData(parts.dataId);
  return sums;
};

export const LINEAR_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'Linear', backendName: 'webgpu', kernelFunc: linearKernel },
  { kernelName: 'LinearInputGrad', backendName: 'webgpu', kernelFunc: inputGradientKernel },
  { kernelName: 'LinearWeightGrad', backendName: 'webgpu', kernelFunc: weightGradientKernel },
];
