import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { BackendUnavailableError } from './device-errors';
import type { Device } from './opened-device';
import { registerWasmKernels, wasmVariant, type WasmVariant } from './wasm/register';

/** Where the page serves tfjs's three wasm files: a folder's URL with its last slash, or the URL of each by name. */
export type WasmPaths = string | Record<string, string>;

export interface WasmOptions {
  wasmPaths?: WasmPaths;
  /** Where the page serves our own wasm module (`wasm/`), by build. With it, one thread is used: the module has no threads. */
  wasmKernels?: Record<WasmVariant, string>;
  /** By default as many as there are cores where the page is cross-origin isolated, else 1. */
  threads?: number;
}

/**
 * tfjs's wasm backend, and our own module in it where its files are given.
 * @throws BackendUnavailableError when it cannot be loaded.
 */
export async function openWasm(
  options: WasmOptions,
  reopen: () => Promise<Device>,
  fellBackBecause?: string,
): Promise<Device> {
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
    reopen,
    close: () => undefined,
  };
}

async function registerOwn(urls: Record<WasmVariant, string>): Promise<void> {
  const url = urls[wasmVariant()];
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  await registerWasmKernels(await response.arrayBuffer());
}
