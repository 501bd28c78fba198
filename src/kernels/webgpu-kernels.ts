import * as tf from '@tensorflow/tfjs';
import { ACTIVATION_KERNELS } from './activation.webgpu';
import { ADAM_W_KERNELS } from './adam-w.webgpu';
import { ATTENTION_KERNELS } from './attention.webgpu';
import { DROPOUT_KERNELS } from './dropout.webgpu';
import { EMBED_KERNELS } from './embed.webgpu';
import { GLOBAL_NORM_KERNELS } from './global-norm.webgpu';
import { HALF_KERNELS } from './half.webgpu';
import { LAYER_NORM_KERNELS } from './layer-norm.webgpu';
import { LINEAR_KERNELS } from './linear.webgpu';
import { PLACE_ROWS_KERNELS } from './place-rows.webgpu';
import { ROWS_KERNELS } from './rows.webgpu';

/** All programs of our own for the webgpu backend. */
export const WEBGPU_KERNELS: tf.KernelConfig[] = [
  ...ACTIVATION_KERNELS,
  ...ADAM_W_KERNELS,
  ...ATTENTION_KERNELS,
  ...DROPOUT_KERNELS,
  ...EMBED_KERNELS,
  ...GLOBAL_NORM_KERNELS,
  ...HALF_KERNELS,
  ...LAYER_NORM_KERNELS,
  ...LINEAR_KERNELS,
  ...PLACE_ROWS_KERNELS,
  ...ROWS_KERNELS,
];

/** Registers them with tfjs; once is enough, again does no harm. */
export function registerWebgpuKernels(): void {
  for (const kernel of WEBGPU_KERNELS) {
    if (!tf.getKernel(kernel.kernelName, kernel.backendName)) tf.registerKernel(kernel);
  }
}
