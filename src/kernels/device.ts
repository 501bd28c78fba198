import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { adapterName, describeAdapter, limitsInWords, limitsOf, requestDevice } from './adapter';
import { useBufferPool } from './buffer-pool';
import { BackendUnavailableError, DeviceLostError, fromGpuError } from './device-errors';
import { closeOpenedDevice, setOpenedDevice, type BackendName, type Device } from './opened-device';
import { selfTest } from './self-test';
import { registerWasmKernels, wasmVariant, type WasmVariant } from './wasm/register';
import { registerWebgpuKernels } from './webgpu-kernels';

export { openedDevice, type BackendName, type Device } from './opened-device';

/** Where the page serves tfjs's three wasm files: a folder's URL with its last slash, or the URL of each by name. */
export type WasmPaths = string | Record<string, string>;

export interface DeviceOptions {
  /** `auto`: webgpu where it passes its self-test on a real GPU, else wasm. A named one is used or an error is thrown. */
  backend: 'auto' | BackendName;
  /** Needed for wasm. */
  wasmPaths?: WasmPaths;
  /** Where the page serves our own wasm module (`wasm/`), by build. With it, one thread is used: the module has no threads. */
  wasmKernels?: Record<WasmVariant, string>;
  /** Of wasm: by default as many as there are cores where the page is cross-origin isolated, else 1. */
  threads?: number;
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
  if (backend === 'wasm') return openWasm(options);
  const opened = await openWebgpu(options);
  if (typeof opened === 'string') throw new BackendUnavailableError(`no WebGPU here: ${opened}`);
  return opened;
}

async function openBest(options: DeviceOptions): Promise<Device> {
  const gpu = await openWebgpu(options);
  if (typeof gpu === 'string') return openWasm(options, gpu);
  if (gpu.adapter?.software) {
    gpu.close();
    return openWasm(options, gpu.adapter.warning);
  }
  setOpenedDevice(gpu);
  const result = await selfTest().catch((error: unknown) => error as Error);
  if (!(result instanceof Error) && result.ok) return { ...gpu, selfTest: result };
  closeOpenedDevice();
  const why = result instanceof Error ? result.message : result.advice;
  return openWasm(options, `${gpu.name} did not pass the self-test: ${why}`);
}

async function openWebgpu(options: DeviceOptions): Promise<Device | string> {
  const requested = await requestDevice();
  if (typeof requested === 'string') return requested;
  const { device, info } = requested;

  const errors: Error[] = [];
  let given = false;
  device.addEventListener('uncapturederror', (event) => {
    // The browser would also log each, thousands a second: the first one says it all.
    event.preventDefault();
    if (errors.length === 0) errors.push(fromGpuError(event.error));
  });
  const lost = device.lost.then(({ reason, message }) => {
    const error = new DeviceLostError(reason, message);
    if (!given) errors.unshift(error);
    return error;
  });

  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => {
    const backend = new WebGPUBackend(device, info);
    useBufferPool(backend);
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
    features: ['shader-f16', 'subgroups', 'timestamp-query'].filter((feature) => device.features.has(feature)),
    ...(adapter.warning ? { warning: adapter.warning } : {}),
    lost,
    errors,
    check: () => throwFirst(errors),
    reopen: () => openDevice({ ...options, backend: 'webgpu' }),
    close: () => {
      given = true;
      if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
      device.destroy();
    },
  };
}

/** tfjs's own default is 15; a submission costs the browser more than a dispatch. */
const DISPATCHES_A_SUBMIT = 64;

function throwFirst(errors: readonly Error[]): void {
  if (errors[0]) throw errors[0];
}

async function registerOwn(urls: Record<WasmVariant, string>): Promise<void> {
  const url = urls[wasmVariant()];
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  await registerWasmKernels(await response.arrayBuffer());
}

async function openWasm(options: DeviceOptions, fellBackBecause?: string): Promise<Device> {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
  const cores = typeof navigator === 'undefined' ? 1 : navigator.hardwareConcurrency;
  const threads = isolated ? (options.threads ?? (options.wasmKernels ? 1 : cores)) : 1;
  try {
    if (options.wasmPaths !== undefined) setWasmPaths(options.wasmPaths);
    setThreadsCount(threads);
    if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not load it');
    if (options.wasmKernels && threads === 1) await registerOwn(options.wasmKernels);
  } catch (error) {
    const webgpu = fellBackBecause === undefined ? '' : `; webgpu was not used: ${fellBackBecause}`;
    const detail = error instanceof Error ? error.message : String(error);
    throw new BackendUnavailableError(
      `the wasm backend did not start (${detail}): are tfjs's wasm files served at ${JSON.stringify(options.wasmPaths)}? ` +
        `A second try needs a fresh page${webgpu}`,
    );
  }
  const simd = tf.env().getBool('WASM_HAS_SIMD_SUPPORT');
  return {
    backend: 'wasm',
    name: `wasm${simd ? ', SIMD' : ''}, ${threads} thread${threads === 1 ? '' : 's'}`,
    limitsInWords: 'up to 4 GiB in all',
    features: [],
    ...(fellBackBecause === undefined ? {} : { fellBackBecause }),
    lost: new Promise(() => undefined),
    errors: [],
    check: () => undefined,
    reopen: () => openDevice({ ...options, backend: 'wasm' }),
    close: () => undefined,
  };
}
