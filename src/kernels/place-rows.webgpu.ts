import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { elementShape } from './half';
import { run, variants } from './program.webgpu';
import { storageOf, widthOf, type Storage } from './storage.webgpu';

const placing = variants((storage: Storage) => ({
  name: 'PlaceRows',
  storage,
  outputs: { y: 'stored' },
  inputs: { x: 'stored', rowOf: 'i32' },
  uniforms: { count: 'u32', columns: 'u32' },
  code: `${ELEMENTWISE_MAIN}
  let row = rowOf[i / u.columns];
  var value = stored();
  if (row >= 0) { value = x[u32(row) * u.columns + i % u.columns]; }
  y[i] = value;
}`,
}));

const placeRowsKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { x, from } = inputs as { x: tf.TensorInfo; from: tf.TensorInfo };
  const webgpu = backend as WebGPUBackend;
  const columns = elementShape(x)[1]!;
  const rows = from.shape[0]!;
  const storage = storageOf(webgpu, x, columns);
  const { count, workgroups } = elementwise(rows * columns, storage);
  return run(webgpu, placing(storage), {
    outputs: { y: [rows, columns] },
    inputs: { x, rowOf: from },
    uniforms: { count, columns: columns / widthOf(storage) },
    workgroups,
  })[0]!;
};

export const PLACE_ROWS_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'PlaceRows', backendName: 'webgpu', kernelFunc: placeRowsKernel },
];
