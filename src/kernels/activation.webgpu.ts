import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { ActivationName } from './activation-names';
import { ELEMENTWISE_MAIN, elementwise, widthOf } from './elementwise.webgpu';
import { run, variants, type ElementType } from './program.webgpu';

/**
 * erf by the rational approximation 7.1.26 of Abramowitz & Stegun, absolute error below 1.5e−7, as tfjs's own erf. The
 * tanh is kept off the overflow of its exponentials.
 */
const FUNCTIONS = (V: string) => `
fn erf(x: ${V}) -> ${V} {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(x) * (1.0 - tail * exp(-x * x));
}
fn safeTanh(x: ${V}) -> ${V} { return tanh(clamp(x, ${V}(-20), ${V}(20))); }
fn inner(x: ${V}) -> ${V} { return 0.7978845608028654 * (x + 0.044715 * x * x * x); }
`;

/** Value and derivative as WGSL expressions of x. */
const FORMULAS: Record<ActivationName, Record<'value' | 'derivative', (V: string) => string>> = {
  gelu: {
    value: () => '0.5 * x * (1.0 + erf(x * 0.7071067811865476))',
    derivative: () => '0.5 * (1.0 + erf(x * 0.7071067811865476)) + x * 0.3989422804014327 * exp(-0.5 * x * x)',
  },
  gelu_new: {
    value: () => '0.5 * x * (1.0 + safeTanh(inner(x)))',
    derivative: () =>
      '0.5 * (1.0 + safeTanh(inner(x))) + 0.5 * x * (1.0 - safeTanh(inner(x)) * safeTanh(inner(x))) * 0.7978845608028654 * (1.0 + 0.134145 * x * x)',
  },
  relu: { value: (V) => `max(x, ${V}(0))`, derivative: (V) => `select(${V}(0), ${V}(1), x > ${V}(0))` },
  tanh: { value: () => 'safeTanh(x)', derivative: () => '1.0 - safeTanh(x) * safeTanh(x)' },
};

const TYPES: Record<number, ElementType> = { 1: 'f32', 4: 'vec4f' };

/** WGSL functions `activated` and `slope` of an activation over `type`. */
export function activationWgsl(name: ActivationName, type: string): string {
  const { value, derivative } = FORMULAS[name];
  return `${FUNCTIONS(type)}
fn activated(x: ${type}) -> ${type} { return ${value(type)}; }
fn slope(x: ${type}) -> ${type} { return ${derivative(type)}; }
`;
}

const forward = variants((name: ActivationName, width: number) => ({
  name: 'Activation',
  outputs: { y: TYPES[width]! },
  inputs: { x: TYPES[width]! },
  uniforms: { count: 'u32' },
  code: `${activationWgsl(name, TYPES[width]!)}${ELEMENTWISE_MAIN}  y[i] = activated(x[i]);\n}`,
}));

const backward = variants((name: ActivationName, width: number) => ({
  name: 'ActivationGrad',
  outputs: { dx: TYPES[width]! },
  inputs: { x: TYPES[width]!, dy: TYPES[width]! },
  uniforms: { count: 'u32' },
  code: `${activationWgsl(name, TYPES[width]!)}${ELEMENTWISE_MAIN}  dx[i] = dy[i] * slope(x[i]);\n}`,
}));

const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, n) => product * n, 1);

const activationKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const width = widthOf(sizeOf(x));
  const { count, workgroups } = elementwise(sizeOf(x), width);
  return run(backend as WebGPUBackend, forward((attrs as unknown as { name: ActivationName }).name, width), {
    outputs: { y: x.shape },
    inputs: { x },
    uniforms: { count },
    workgroups,
  })[0]!;
};

const activationGradientKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const width = widthOf(sizeOf(x));
  const { count, workgroups } = elementwise(sizeOf(x), width);
  return run(backend as WebGPUBackend, backward((attrs as unknown as { name: ActivationName }).name, width), {
    outputs: { dx: x.shape },
    inputs: { x, dy },
    uniforms: { count },
    workgroups,
  })[0]!;
};

export const ACTIVATION_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'Activation', backendName: 'webgpu', kernelFunc: activationKernel },
  { kernelName: 'ActivationGrad', backendName: 'webgpu', kernelFunc: activationGradientKernel },
];
