import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { CLIP_EPSILON, type AdamWOptions } from './adam-w';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { LARGEST_HALF } from './half';
import { run, variants, type UniformType } from './program.webgpu';
import { floatStorage, widthOf, type Storage } from './storage.webgpu';
import { WINDOW_ELEMENTS, fill, makeWindow, putBack, putBackHalves, totalSize, windows } from './window.webgpu';

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

/** The update of adam-w.ts for one element (or vec4) with its gradient; `updated` is the new parameter. */
const update = (parameter: string, moment: string, gradient: string) => `
  var clip = 1.0;
  if (u.clipNorm > 0.0) { clip = min(1.0, u.clipNorm / (gradientNorm[0] + ${CLIP_EPSILON})); }
  let g = ${gradient} * clip;
  let m = u.beta1 * firstMoment[${moment}] + u.restOfBeta1 * g;
  let v = u.beta2 * secondMoment[${moment}] + u.restOfBeta2 * g * g;
  firstMoment[${moment}] = m;
  secondMoment[${moment}] = v;
  let w = parameter[${parameter}];
  let updated = w * u.decay - u.rate * m / (sqrt(v) / u.secondCorrection + u.epsilon);
  parameter[${parameter}] = updated;`;

/** A thread has one element, or the two whose halves lie in one integer: then it writes those as well. */
const windowed = variants((halves: boolean) => ({
  name: 'AdamW',
  outputs: {},
  inputs: { gradientNorm: 'f32', gradient: 'f32' },
  inPlace: { parameter: 'f32', firstMoment: 'f32', secondMoment: 'f32', ...(halves && { halves: 'u32' as const }) },
  uniforms: { count: 'u32', elements: 'u32', first: 'u32', ...UNIFORMS },
  code: `
fn update(i: u32) -> f32 {
${update('i', 'u.first + i', 'gradient[i]')}
  return updated;
}
${ELEMENTWISE_MAIN}${
    halves
      ? `
  var pair = vec2f(update(2u * i), 0.0);
  if (2u * i + 1u < u.elements) { pair.y = update(2u * i + 1u); }
  halves[i] = pack2x16float(clamp(pair, vec2f(-${LARGEST_HALF}), vec2f(${LARGEST_HALF})));`
      : 'update(i);'
  }
}`,
}));

const table = variants((storage: Storage) => ({
  name: 'AdamWRows',
  storage,
  outputs: {},
  inputs: { gradientNorm: 'f32', values: 'real', rowIndex: 'i32' },
  inPlace: { parameter: 'real', firstMoment: 'real', secondMoment: 'real' },
  uniforms: { count: 'u32', columns: 'u32', ...UNIFORMS },
  code: `${ELEMENTWISE_MAIN}
  let row = rowIndex[i / u.columns];
  var gradient = real();
  if (row >= 0) { gradient = values[u32(row) * u.columns + i % u.columns]; }
${update('i', 'i', 'gradient')}
}`,
}));

type Inputs = Record<string, tf.TensorInfo>;

const adamWKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const given = inputs as Inputs;
  const options = attrs as unknown as AdamWOptions & { count: number };
  const each = (name: string) => Array.from({ length: options.count }, (_, i) => given[`${name}${i}`]);
  const [parameters, gradients] = [each('parameter'), each('gradient')] as [tf.TensorInfo[], tf.TensorInfo[]];
  const copies = each('half');
  const hasHalves = copies.some(Boolean);
  const total = totalSize(parameters);
  const length = Math.min(total, WINDOW_ELEMENTS);
  const [parameter, gradient] = [makeWindow(webgpu, length), makeWindow(webgpu, length)];
  const halves = hasHalves ? makeWindow(webgpu, Math.ceil(length / 2)) : undefined;
  const { firstMoment, secondMoment, gradientNorm } = given as { [name: string]: tf.TensorInfo } & {
    [name in 'firstMoment' | 'secondMoment' | 'gradientNorm']: tf.TensorInfo;
  };
  for (const { first, count } of windows(total)) {
    fill(webgpu, parameter, parameters, first, count);
    fill(webgpu, gradient, gradients, first, count);
    run(webgpu, windowed(hasHalves), {
      inputs: { gradientNorm, gradient },
      inPlace: { parameter, firstMoment, secondMoment, ...(halves && { halves }) },
      ...withUniforms(options, { first, elements: count }, elementwise(halves ? Math.ceil(count / 2) : count, 'f32')),
    });
    putBack(webgpu, parameter, parameters, first, count);
    if (halves) putBackHalves(webgpu, halves, parameters, copies, first, count);
  }
  if (halves) webgpu.disposeData(halves.dataId);
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
  const storage = floatStorage(columns);
  run(backend as WebGPUBackend, table(storage), {
    inputs: { gradientNorm, values, rowIndex },
    inPlace: { parameter, firstMoment, secondMoment },
    ...withUniforms(
      attrs as unknown as AdamWOptions,
      { columns: columns / widthOf(storage) },
      elementwise(entries * columns, storage),
    ),
  });
  return [];
};

export const ADAM_W_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'AdamW', backendName: 'webgpu', kernelFunc: adamWKernel },
  { kernelName: 'AdamWRows', backendName: 'webgpu', kernelFunc: adamWRowsKernel },
];
