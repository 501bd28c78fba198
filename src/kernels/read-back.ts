import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { DeviceLostError, ReadBackError } from './device-errors';
import { openedDevice } from './opened-device';

/**
 * The values of a tensor, float32 or int32 as it is, from whatever device is open. Every read-back of the app goes through here:
 *  - long runs have died in `mapAsync` (AbortError), so it is tried twice;
 *  - a program that failed leaves zeros, so the device's pending failure is thrown instead of them;
 *  - the staging buffer is not pooled: tfjs's pool would keep one of each size for ever, and `tensor.data()` would keep the
 *    values as well, stale once a program has updated the tensor in place.
 * @throws KernelError, DeviceMemoryError, DeviceLostError, ReadBackError.
 */
export async function readBack(tensor: tf.Tensor, what = 'a tensor'): Promise<Float32Array | Int32Array> {
  // Elsewhere than on webgpu a tensor's values are at hand, with or without a device (in Node there is none).
  if (tf.getBackend() !== 'webgpu') return tensor.data() as Promise<Float32Array | Int32Array>;
  const device = openedDevice();
  const backend = tf.backend() as WebGPUBackend;
  let failure: unknown;
  for (const _attempt of [1, 2]) {
    device.check();
    try {
      const values = await mapped(backend, tensor);
      device.check();
      return values;
    } catch (error) {
      if (device.errors.includes(error as Error)) throw error;
      failure = error;
      // A loss is told by its own promise, which may come a moment later than the failed mapping.
      const lost = await Promise.race([
        device.lost,
        new Promise<undefined>((resolve) => setTimeout(resolve, LOSS_WAIT_MS)),
      ]);
      if (lost instanceof DeviceLostError) throw lost;
    }
  }
  throw new ReadBackError(what, failure);
}

const LOSS_WAIT_MS = 50;

async function mapped(backend: WebGPUBackend, tensor: tf.Tensor): Promise<Float32Array | Int32Array> {
  const known = backend.tensorMap.get(tensor.dataId).values;
  if (known != null) return (known as Float32Array | Int32Array).slice();
  const source = backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
  const size = tensor.size * 4;
  const staging = backend.device.createBuffer({
    label: 'read-back',
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  try {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    // Private in tfjs's types, not in its life: the encoder that collects this tensor's own commands.
    const { commandEncoder } = backend as unknown as { commandEncoder: GPUCommandEncoder };
    commandEncoder.copyBufferToBuffer(source, 0, staging, 0, size);
    backend.submitQueue();
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = staging.getMappedRange().slice(0);
    return tensor.dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes);
  } finally {
    staging.destroy();
  }
}
