import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { WANTED_FEATURES, adapterName, describeAdapter, limitsInWords, limitsOf, requestDevice } from './adapter';
import { attemptOnGpu, type AttemptedGpu } from './attempt';
import { useBufferPool, type BufferPool } from './buffer-pool';
import { DeviceLostError, fromGpuError } from './device-errors';
import type { Device } from './opened-device';
import { useVariants, variantsFor } from './program-variants';
import { registerWebgpuKernels } from './webgpu-kernels';

/**
 * tfjs's default is 15. Commands of 190 small programs are encoded in 9.4 ms with 15 a submission, in 6.9 ms with 64 and in
 * 5.1 ms with 256 (Chromium 156, SwiftShader, medians of 15); but a GPU that waits for 256 is idle for too long.
 */
const DISPATCHES_A_SUBMIT = 64;

/**
 * A GPUDevice of our own under tfjs's webgpu backend, with our programs.
 * @returns why there is none, as a sentence, where there is none.
 */
export async function openWebgpu(reopen: () => Promise<Device>): Promise<Device | string> {
  const requested = await requestDevice();
  if (typeof requested === 'string') return requested;
  const { device, info } = requested;
  const failures = watch(device);

  removeBackend();
  tf.registerBackend('webgpu', () => {
    const backend = new WebGPUBackend(device, info);
    useBufferPool(backend);
    useVariants(backend, variantsFor(device, info));
    return backend;
  });
  registerWebgpuKernels();
  await tf.setBackend('webgpu');
  // Small tensors must not go to the CPU behind our back.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', DISPATCHES_A_SUBMIT);

  const adapter = describeAdapter(info);
  const limits = limitsOf(device);
  return {
    backend: 'webgpu',
    name: adapterName(adapter),
    adapter,
    limits,
    limitsInWords: limitsInWords(limits),
    features: WANTED_FEATURES.filter((feature) => device.features.has(feature)),
    ...(adapter.warning ? { warning: adapter.warning } : {}),
    lost: failures.lost,
    errors: failures.errors,
    check: () => {
      if (failures.errors[0]) throw failures.errors[0];
    },
    attempt: (work, discard) => attemptOnGpu(attempted(device), work, discard),
    reopen,
    close: () => {
      failures.expectLoss();
      removeBackend();
      device.destroy();
    },
  };
}

/** Its tensors stay known to tfjs until they are disposed, but their memory is gone. */
function removeBackend(): void {
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
}

function attempted(device: GPUDevice): AttemptedGpu {
  const backend = tf.backend() as WebGPUBackend;
  return {
    device,
    submit: () => {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
    trim: () => (backend.bufferManager as unknown as BufferPool).trim(),
  };
}

/** Collects what goes wrong on a device. WebGPU throws nothing: it tells by events, later. */
function watch(device: GPUDevice): { errors: readonly Error[]; lost: Promise<DeviceLostError>; expectLoss(): void } {
  const errors: Error[] = [];
  let isLossExpected = false;
  device.addEventListener('uncapturederror', (event) => {
    // The browser would log each, thousands a second, but all that follow come of the first.
    event.preventDefault();
    if (errors.length === 0) errors.push(fromGpuError(event.error));
  });
  const lost = device.lost.then(({ reason, message }) => {
    const error = new DeviceLostError(reason, message);
    if (!isLossExpected) errors.unshift(error);
    return error;
  });
  return { errors, lost, expectLoss: () => (isLossExpected = true) };
}
