import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { ActivationName } from './activation-names';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { elementShape, sizeOf } from './half';
import { run, variants } from './program.webgpu';
import { storageOf, type Storage } from './storage.webgpu';

/**
 * erf by the rational approximation 7.1.26 of Abramowitz & Stegun, absolute error below 1.5e−7, as tfjs's own erf. The
 * tanh is kept off the overflow of its exponentials.
 */
const FUNCTIONS = `
fn erf(x: real) -> real {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(x) * (1.0 - tail * exp(-x * x));
}
fn safeTanh(x: real) -> real { return tanh(clamp(x, real(-20), real(20))); }
fn inner(x: real) -> real { return 0.7978845608028654 * (x + 0.044715 * x * x * x); }
`;

/** Value and derivative as WGSL expressions of x. */
const FORMULAS: Record<ActivationName, Record<'value' | 'derivative', string>> = {
  gelu: {
    value: '0.5 * x * (1.0 + erf(x * 0.7071067811865476))',
    derivative: '0.5 * (1.0 + erf(x * 0.7071067811865476)) + x * 0.3989422804014327 * exp(-0.5 * x * x)',
  },
  gelu_new: {
    value: '0.5 * x * (1.0 + safeTanh(inner(x)))',
    derivative:
      '0.5 * (1.0 + safeTanh(inner(x))) + 0.5 * x * (1.0 - safeTanh(inner(x)) * safeTanh(inner(x))) * 0.7978845608028654 * (1.0 + 0.134145 * x * x)',
  },
  relu: { value: 'max(x, real(0))', derivative: 'select(real(0), real(1), x > real(0))' },
  tanh: { value: 'safeTanh(x)', derivative: '1.0 - safeTanh(x) * safeTanh(x)' },
};

/** WGSL functions `activated` and `slope` of an activation over `real`s. */
export function activationWgsl(name: ActivationName): string {
  const { value, derivative } = FORMULAS[name];
  return `${FUNCTIONS}
fn activated(x: real) -> real { return ${value}; }
fn slope(x: real) -> real { return ${derivative}; }
`;
}

const forward = variants((name: ActivationName, storage: Storage) => ({
  name: 'Activation',
  storage,
  outputs: { y: 'stored' },
  inputs: { x: 'stored' },
  uniforms: { count: 'u32' },
  code: `${activationWgsl(name)}${ELEMENTWISE_MAIN}  y[i] = narrow(activated(wide(x[i])));\n}`,
}));

const backward = variants((name: ActivationName, storage: Storage) => ({
  name: 'ActivationGrad',
  storage,
  outputs: { dx: 'stored' },
  inputs: { x: 'stored', dy: 'stored' },
  uniforms: { count: 'u32' },
  code: `${activationWgsl(name)}${ELEMENTWISE_MAIN}  dx[i] = narrow(wide(dy[i]) * slope(wide(x[i])));\n}`,
}));

const activationKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const webgpu = backend as WebGPUBackend;
  const storage = storageOf(webgpu, x, sizeOf(x));
  const { count, workgroups } = elementwise(sizeOf(x), storage);
  return run(webgpu, forward((attrs as unknown as { name: ActivationName }).name, storage), {
    outputs: { y: elementShape(x) },
    inputs: { x },
    uniforms: { count },
    workgroups,
  })[0]!;
};

const activationGradientKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const webgpu = backend as WebGPUBackend;
  const storage = storageOf(webgpu, x, sizeOf(x));
  const { count, workgroups } = elementwise(sizeOf(x), storage);
  return run(webgpu, backward((attrs as unknown as { name: ActivationName }).name, storage), {
    outputs: { dx: elementShape(x) },
    inputs: { x, dy },
    uniforms: { count },
    workgroups,
  })[0]!;
};

export const ACTIVATION_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'Activation', backendName: 'webgpu', kernelFunc: activationKernel },
  { kernelName: 'ActivationGrad', backendName: 'webgpu', kernelFunc: activationGradientKernel },
];
