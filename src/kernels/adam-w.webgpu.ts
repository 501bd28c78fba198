import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { CLIP_EPSILON, type AdamWOptions } from './adam-w';
import { ELEMENTWISE_MAIN, elementwise, widthOf } from './elementwise.webgpu';
import { program, run, variants, type ElementType, type UniformType } from './program.webgpu';
import { WINDOW_ELEMENTS, fill, makeWindow, putBack, totalSize, windows } from './window.webgpu';

/** The numbers of a step that are the same for all elements; made in double precision. */
const UNIFORMS: Record<string, UniformType> = {
  clipNorm: 'f32',
  decay: 'f32',
  beta1: 'f32',
  restOfBeta1: 'f32',
  beta2: 'f32',
  restOfBeta2: 'f32',
  rate: 'f32',
  secondCorrection: 'f32',
  epsilon: 'f32',
};

function uniformsOf(options: AdamWOptions): Record<string, number> {
  const { learningRate, weightDecay, beta1, beta2, epsilon, step, clipNorm } = options;
  return {
    clipNorm,
    decay: 1 - learningRate * weightDecay,
    beta1,
    restOfBeta1: 1 - beta1,
    beta2,
    restOfBeta2: 1 - beta2,
    rate: learningRate / (1 - beta1 ** step),
    secondCorrection: Math.sqrt(1 - beta2 ** step),
    epsilon,
  };
}

/** The update of adam-w.ts for one element (or vec4) with its gradient. */
const update = (parameter: string, moment: string, gradient: string) => `
  var clip = 1.0;
  if (u.clipNorm > 0.0) { clip = min(1.0, u.clipNorm / (gradientNorm[0] + ${CLIP_EPSILON})); }
  let g = ${gradient} * clip;
  let m = u.beta1 * firstMoment[${moment}] + u.restOfBeta1 * g;
  let v = u.beta2 * secondMoment[${moment}] + u.restOfBeta2 * g * g;
  firstMoment[${moment}] = m;
  secondMoment[${moment}] = v;
  let w = parameter[${parameter}];
  parameter[${parameter}] = w * u.decay - u.rate * m / (sqrt(v) / u.secondCorrection + u.epsilon);
}`;

const windowed = program({
  name: 'AdamW',
  outputs: {},
  inputs: { gradientNorm: 'f32', gradient: 'f32' },
  inPlace: { parameter: 'f32', firstMoment: 'f32', secondMoment: 'f32' },
  uniforms: { count: 'u32', first: 'u32', ...UNIFORMS },
  code: `${ELEMENTWISE_MAIN}${update('i', 'u.first + i', 'gradient[i]')}`,
});

const table = variants((width: number) => {
  const type: ElementType = width === 4 ? 'vec4f' : 'f32';
  return {
    name: 'AdamWRows',
    outputs: {},
    inputs: { gradientNorm: 'f32', values: type, rowIndex: 'i32' },
    inPlace: { parameter: type, firstMoment: type, secondMoment: type },
    uniforms: { count: 'u32', columns: 'u32', ...UNIFORMS },
    code: `${ELEMENTWISE_MAIN}
  let row = rowIndex[i / u.columns];
  var gradient = ${width === 4 ? 'vec4f()' : '0.0'};
  if (row >= 0) { gradient = values[u32(row) * u.columns + i % u.columns]; }
${update('i', 'i', 'gradient')}`,
  };
});

type Inputs = Record<string, tf.TensorInfo>;

const adamWKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const given = inputs as Inputs;
  const options = attrs as unknown as AdamWOptions & { count: number };
  const each = (name: string) => Array.from({ length: options.count }, (_, i) => given[`${name}${i}`]!);
  const [parameters, gradients] = [each('parameter'), each('gradient')];
  const total = totalSize(parameters);
  const length = Math.min(total, WINDOW_ELEMENTS);
  const [parameter, gradient] = [makeWindow(webgpu, length), makeWindow(webgpu, length)];
  for (const { first, count } of windows(total)) {
    fill(webgpu, parameter, parameters, first, count);
    fill(webgpu, gradient, gradients, first, count);
    run(webgpu, windowed, {
      inputs: { gradientNorm: given['gradientNorm']!, gradient },
      inPlace: { parameter, firstMoment: given['firstMoment']!, secondMoment: given['secondMoment']! },
      ...withUniforms(options, { first }, elementwise(count, 1)),
    });
    putBack(webgpu, parameter, parameters, first, count);
  }
  webgpu.disposeData(parameter.dataId);
  webgpu.disposeData(gradient.dataId);
  return [];
};

const withUniforms = (
  options: AdamWOptions,
  more: Record<string, number>,
  { count, workgroups }: ReturnType<typeof elementwise>,
) => ({ uniforms: { ...uniformsOf(options), ...more, count }, workgroups });

const adamWRowsKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { gradientNorm, values, rowIndex, parameter, firstMoment, secondMoment } = inputs as {
    [name in 'gradientNorm' | 'values' | 'rowIndex' | 'parameter' | 'firstMoment' | 'secondMoment']: tf.TensorInfo;
  };
  const [entries, columns] = parameter.shape as [number, number];
  const width = widthOf(columns);
  run(backend as WebGPUBackend, table(width), {
    inputs: { gradientNorm, values, rowIndex },
    inPlace: { parameter, firstMoment, secondMoment },
    ...withUniforms(
      attrs as unknown as AdamWOptions,
      { columns: columns / width },
      elementwise(entries * columns, width),
    ),
  });
  return [];
};

export const ADAM_W_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'AdamW', backendName: 'webgpu', kernelFunc: adamWKernel },
  { kernelName: 'AdamWRows', backendName: 'webgpu', kernelFunc: adamWRowsKernel },
];
