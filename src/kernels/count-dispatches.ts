import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** How often each program ran, ours and tfjs's own, by name. */
export type Dispatches = Map<string, number>;

/**
 * Runs `compute` and counts its dispatches on the webgpu backend: a measure of overhead that is the same on every GPU.
 * On other backends there are none.
 */
export function countDispatches<T>(compute: () => T): { result: T; dispatches: Dispatches } {
  const dispatches: Dispatches = new Map();
  if (tf.getBackend() !== 'webgpu') return { result: compute(), dispatches };
  const backend = tf.backend() as WebGPUBackend;
  const counted = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, ...rest) => {
    const name = program.constructor.name;
    dispatches.set(name, (dispatches.get(name) ?? 0) + 1);
    return counted(program, ...rest);
  };
  try {
    return { result: compute(), dispatches };
  } finally {
    delete (backend as Partial<WebGPUBackend>).runWebGPUProgram;
  }
}

/** Dispatches of all programs together. */
export function totalOf(dispatches: Dispatches): number {
  return [...dispatches.values()].reduce((sum, count) => sum + count, 0);
}
