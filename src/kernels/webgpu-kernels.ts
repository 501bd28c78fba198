import * as tf from '@tensorflow/tfjs';
import { ATTENTION_KERNELS } from './attention.webgpu';

/** All programs of our own for the webgpu backend. */
export const WEBGPU_KERNELS: tf.KernelConfig[] = [...ATTENTION_KERNELS];

/** Registers them with tfjs; once is enough, again does no harm. */
export function registerWebgpuKernels(): void {
  for (const kernel of WEBGPU_KERNELS) {
    if (!tf.getKernel(kernel.kernelName, kernel.backendName)) tf.registerKernel(kernel);
  }
}
