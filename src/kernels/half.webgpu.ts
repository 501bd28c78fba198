import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { elementShape, sizeOf } from './half';
import { program, run, variants, type ElementType } from './program.webgpu';
import { halfStorage, type Storage } from './storage.webgpu';

const conversion = variants((name: 'ToHalf' | 'ToFloat', storage: Storage, scaled: boolean) => {
  const [from, to] = name === 'ToHalf' ? (['real', 'stored'] as const) : (['stored', 'real'] as const);
  const value = `${name === 'ToHalf' ? 'x[i]' : 'wide(x[i])'}${scaled ? ' * factor[0]' : ''}`;
  return {
    name,
    storage,
    outputs: { y: to },
    inputs: { x: from, ...(scaled && { factor: 'f32' as ElementType }) },
    uniforms: { count: 'u32' },
    code: `${ELEMENTWISE_MAIN}  y[i] = ${name === 'ToHalf' ? `narrow(${value})` : value};\n}`,
  };
});

const THREADS = 64;

/** Where the largest element is put: from 2⁷, so that what grows on its way through the encoder stays below 2¹⁶. */
const LARGEST_EXPONENT = 8;

/** Whoever is smaller is nothing, and the factor and its inverse stay floats. */
const SMALLEST = 2 ** -100;

const gradientScale = program({
  name: 'HalfGradientScale',
  outputs: { factor: 'f32', inverse: 'f32' },
  inputs: { dy: 'f32' },
  uniforms: { count: 'u32' },
  code: `
var<workgroup> largest: array<f32, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) place: u32) {
  var own = 0.0;
  for (var i = place; i < u.count; i += ${THREADS}u) { own = max(own, abs(dy[i])); }
  largest[place] = own;
  workgroupBarrier();
  if (place != 0u) { return; }
  for (var i = 1u; i < ${THREADS}u; i++) { own = max(own, largest[i]); }
  factor[0] = 1.0;
  inverse[0] = 1.0;
  if (own > ${SMALLEST}) {
    let exponent = ${LARGEST_EXPONENT} - frexp(own).exp;
    factor[0] = ldexp(1.0, exponent);
    inverse[0] = ldexp(1.0, -exponent);
  }
}`,
});

const convert =
  (name: 'ToHalf' | 'ToFloat'): tf.KernelFunc =>
  ({ inputs, backend }) => {
    const { x, factor } = inputs as { x: tf.TensorInfo; factor?: tf.TensorInfo };
    const webgpu = backend as WebGPUBackend;
    const shape = elementShape(x);
    const columns = shape.at(-1)!;
    if (columns % 4 !== 0) throw new Error(`halves: expected a number of columns divisible by 4, found ${columns}`);
    const storage = halfStorage(webgpu);
    const { count, workgroups } = elementwise(sizeOf(x), storage);
    return run(webgpu, conversion(name, storage, factor !== undefined), {
      outputs: { y: shape },
      inputs: { x, ...(factor && { factor }) },
      uniforms: { count },
      workgroups,
    })[0]!;
  };

const gradientScaleKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { dy } = inputs as { dy: tf.TensorInfo };
  return run(backend as WebGPUBackend, gradientScale, {
    outputs: { factor: [1], inverse: [1] },
    inputs: { dy },
    uniforms: { count: sizeOf(dy) },
    workgroups: [1],
  });
};

export const HALF_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'ToHalf', backendName: 'webgpu', kernelFunc: convert('ToHalf') },
  { kernelName: 'ToFloat', backendName: 'webgpu', kernelFunc: convert('ToFloat') },
  { kernelName: 'HalfGradientScale', backendName: 'webgpu', kernelFunc: gradientScaleKernel },
];
