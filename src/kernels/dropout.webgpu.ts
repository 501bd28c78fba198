import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Dropout } from './dropout';
import { ELEMENTWISE_MAIN, elementwise, widthOf } from './elementwise.webgpu';
import { run, unrolled, variants } from './program.webgpu';
import { DROPOUT_UNIFORMS, MASK_WGSL, dropoutUniforms } from './random.webgpu';

const masking = variants((width: number) => ({
  name: 'SeededDropout',
  outputs: { y: width === 4 ? 'vec4f' : 'f32' },
  inputs: { x: width === 4 ? 'vec4f' : 'f32' },
  uniforms: { count: 'u32', columns: 'u32', ...DROPOUT_UNIFORMS },
  code: `${MASK_WGSL}${ELEMENTWISE_MAIN}
  let first = u.firstRow * u.columns + ${width}u * i;
  y[i] = x[i] * ${width === 4 ? `vec4f(${unrolled(4, (c) => `mask(first + ${c}u)`, ', ')})` : 'mask(first)'};
}`,
}));

const dropoutKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const [rows, columns] = x.shape as [number, number];
  const width = widthOf(rows * columns);
  const { count, workgroups } = elementwise(rows * columns, width);
  return run(backend as WebGPUBackend, masking(width), {
    outputs: { y: x.shape },
    inputs: { x },
    uniforms: { count, columns, ...dropoutUniforms(attrs as unknown as Dropout) },
    workgroups,
  })[0]!;
};

export const DROPOUT_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'SeededDropout', backendName: 'webgpu', kernelFunc: dropoutKernel },
];
