import * as tf from '@tensorflow/tfjs';
import { fromGpuError } from './device-errors';
import { openedDevice } from './opened-device';

/**
 * Does work on the device, and hands its result over only if there was memory for all of it. wasm throws at once; WebGPU tells later that
 * a buffer could not be made, and all that read it is void. So this waits for the driver's word on the allocations, not for the results.
 *
 * @param discard disposes what `work` returned, when that is void.
 * @throws DeviceMemoryError or HeapMemoryError where memory was short: the device is as good as before then, and less may be tried.
 *   Whatever `work` throws.
 */
export async function attempt<T>(work: () => Promise<T>, discard: (result: T) => void): Promise<T> {
  // In Node there is wasm without a device.
  return tf.getBackend() === 'webgpu' ? openedDevice().attempt(work, discard) : work();
}

/** What `attemptOnGpu` needs of the webgpu backend. */
export interface AttemptedGpu {
  device: Pick<GPUDevice, 'pushErrorScope' | 'popErrorScope'>;
  /** Submits all commands that are encoded. */
  submit(): void;
  /** Destroys all free buffers: those that could not be made are among them. */
  trim(): void;
}

/**
 * `attempt` on webgpu. Two scopes, since each command with a buffer that was not made is an error of validation, too, which would
 * otherwise count as a failure of the device for good.
 */
export async function attemptOnGpu<T>(
  { device, submit, trim }: AttemptedGpu,
  work: () => Promise<T>,
  discard: (result: T) => void,
): Promise<T> {
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const pop = () => {
    submit();
    return Promise.all([device.popErrorScope(), device.popErrorScope()]);
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const [memory] = await pop();
    trim();
    throw memory ? fromGpuError(memory) : error;
  }
  const [memory, validation] = await pop();
  const failed = memory ?? validation;
  if (!failed) return result;
  discard(result);
  trim();
  throw fromGpuError(failed);
}
