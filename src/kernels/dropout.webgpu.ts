import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Dropout } from './dropout';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { elementShape } from './half';
import { run, unrolled, variants } from './program.webgpu';
import { DROPOUT_UNIFORMS, MASK_WGSL, dropoutUniforms } from './random.webgpu';
import { storageOf, widthOf, type Storage } from './storage.webgpu';

const masking = variants((storage: Storage) => {
  const width = widthOf(storage);
  return {
    name: 'SeededDropout',
    storage,
    outputs: { y: 'stored' },
    inputs: { x: 'stored' },
    uniforms: { count: 'u32', columns: 'u32', ...DROPOUT_UNIFORMS },
    code: `${MASK_WGSL}${ELEMENTWISE_MAIN}
  let first = u.firstRow * u.columns + ${width}u * i;
  y[i] = narrow(wide(x[i]) * real(${unrolled(width, (c) => `mask(first + ${c}u)`, ', ')}));
}`,
  };
});

const dropoutKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const webgpu = backend as WebGPUBackend;
  const [rows, columns] = elementShape(x) as [number, number];
  const storage = storageOf(webgpu, x, rows * columns);
  const { count, workgroups } = elementwise(rows * columns, storage);
  return run(webgpu, masking(storage), {
    outputs: { y: [rows, columns] },
    inputs: { x },
    uniforms: { count, columns, ...dropoutUniforms(attrs as unknown as Dropout) },
    workgroups,
  })[0]!;
};

export const DROPOUT_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'SeededDropout', backendName: 'webgpu', kernelFunc: dropoutKernel },
];
