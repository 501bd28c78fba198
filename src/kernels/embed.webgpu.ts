import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { run, variants } from './program.webgpu';
import { floatStorage, halfStorage, widthOf, type Storage } from './storage.webgpu';

const sum = variants((storage: Storage) => ({
  name: 'EmbedSum',
  storage,
  outputs: { y: 'stored' },
  inputs: { words: 'i32', positions: 'i32', types: 'i32', word: 'real', position: 'real', kind: 'real' },
  uniforms: { count: 'u32', width: 'u32' },
  code: `${ELEMENTWISE_MAIN}
  let token = i / u.width;
  let column = i % u.width;
  // Words and types first: the order of the reference's sums.
  y[i] = narrow(word[u32(words[token]) * u.width + column] + kind[u32(types[token]) * u.width + column]
    + position[u32(positions[token]) * u.width + column]);
}`,
}));

const embedKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { words, positions, types, word, position, type } = inputs as Record<string, tf.TensorInfo> & {
    words: tf.TensorInfo;
    word: tf.TensorInfo;
  };
  const webgpu = backend as WebGPUBackend;
  const tokens = words.shape[0]!;
  const columns = word.shape[1]!;
  const { half } = attrs as unknown as { half: boolean };
  const storage = half ? halfStorage(webgpu) : floatStorage(columns);
  const { count, workgroups } = elementwise(tokens * columns, storage);
  return run(webgpu, sum(storage), {
    outputs: { y: [tokens, columns] },
    inputs: { words, positions: positions!, types: types!, word, position: position!, kind: type! },
    uniforms: { count, width: columns / widthOf(storage) },
    workgroups,
  })[0]!;
};

export const EMBED_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'EmbedSum', backendName: 'webgpu', kernelFunc: embedKernel },
];
