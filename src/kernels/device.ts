import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BackendUnavailableError } from './device-errors';
import { attempted } from './error-scopes';
import { closeOpenedDevice, setOpenedDevice, type BackendName, type Device } from './opened-device';
import { useVariants, variantsOf } from './program-variants';
import { selfTest, type SelfTestResult } from './self-test';
import { openWasm, type WasmOptions } from './wasm-device';
import { openWebgpu } from './webgpu-device';

export { openedDevice, type BackendName, type Device } from './opened-device';
export type { WasmPaths } from './wasm-device';

/** The other options are for wasm. */
export interface DeviceOptions extends WasmOptions {
  /** `auto`: webgpu where it passes its self-test on a real GPU, else wasm. A named one is used or an error is thrown. */
  backend: 'auto' | BackendName;
}

/**
 * Opens what the ops compute on: our own GPUDevice under tfjs's webgpu backend, or tfjs's wasm backend. tfjs has one
 * engine a worker, so an open device is closed first, and its tensors are gone.
 * @throws BackendUnavailableError when the backend asked for, or any with `auto`, cannot run here.
 */
export async function openDevice(options: DeviceOptions): Promise<Device> {
  closeOpenedDevice();
  const device = options.backend === 'auto' ? await openBest(options) : await openNamed(options.backend, options);
  setOpenedDevice(device);
  return device;
}

async function openNamed(backend: BackendName, options: DeviceOptions): Promise<Device> {
  if (backend === 'wasm') return openWasm(options, reopening(options, 'wasm'));
  const opened = await openWebgpu(reopening(options, 'webgpu'));
  if (typeof opened === 'string') throw new BackendUnavailableError(`no WebGPU here: ${opened}`);
  return opened;
}

async function openBest(options: DeviceOptions): Promise<Device> {
  const fallBack = (because: string | undefined) => openWasm(options, reopening(options, 'wasm'), because);
  const gpu = await openWebgpu(reopening(options, 'webgpu'));
  if (typeof gpu === 'string') return fallBack(gpu);
  setOpenedDevice(gpu);
  if (gpu.adapter?.software) {
    closeOpenedDevice();
    return fallBack(gpu.adapter.warning);
  }
  const result = await testedVariants();
  if (!(result instanceof Error) && result.ok) return { ...gpu, selfTest: result };
  closeOpenedDevice();
  const why = result instanceof Error ? result.message : result.advice;
  return fallBack(`${gpu.name} did not pass the self-test: ${why}`);
}

/** The self-test, without subgroups where it fails with them. */
async function testedVariants(): Promise<SelfTestResult | Error> {
  const backend = tf.backend() as WebGPUBackend;
  const result = await attempted(backend.device, selfTest);
  const isRight = !(result instanceof Error) && result.right;
  if (isRight || variantsOf(backend).lanes === 1) return result;
  useVariants(backend, { lanes: 1 });
  return attempted(backend.device, selfTest);
}

/** A GPU that has just been lost may take a moment to come back. */
const ATTEMPTS = 5;
const PAUSE_MS = 500;

function reopening(options: DeviceOptions, backend: BackendName): () => Promise<Device> {
  return async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await openDevice({ ...options, backend });
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
}
