import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ELEMENTWISE_MAIN, elementwise, widthOf } from './elementwise.webgpu';
import { run, variants, type ElementType } from './program.webgpu';

const sum = variants((width: number) => {
  const type: ElementType = width === 4 ? 'vec4f' : 'f32';
  return {
    name: 'EmbedSum',
    outputs: { y: type },
    inputs: { words: 'i32', positions: 'i32', types: 'i32', word: type, position: type, kind: type },
    uniforms: { count: 'u32', width: 'u32' },
    code: `${ELEMENTWISE_MAIN}
  let token = i / u.width;
  let column = i % u.width;
  // Words and types first: the order of the reference's sums.
  y[i] = word[u32(words[token]) * u.width + column] + kind[u32(types[token]) * u.width + column]
    + position[u32(positions[token]) * u.width + column];
}`,
  };
});

const embedKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { words, positions, types, word, position, type } = inputs as Record<string, tf.TensorInfo> & {
    words: tf.TensorInfo;
    word: tf.TensorInfo;
  };
  const tokens = words.shape[0]!;
  const columns = word.shape[1]!;
  const width = widthOf(columns);
  const { count, workgroups } = elementwise(tokens * columns, width);
  return run(backend as WebGPUBackend, sum(width), {
    outputs: { y: [tokens, columns] },
    inputs: { words, positions: positions!, types: types!, word, position: position!, kind: type! },
    uniforms: { count, width: columns / width },
    workgroups,
  })[0]!;
};

export const EMBED_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'EmbedSum', backendName: 'webgpu', kernelFunc: embedKernel },
];
