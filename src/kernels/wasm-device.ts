import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { BackendUnavailableError } from './device-errors';
import type { Device } from './opened-device';
import { registerWasmKernels, wasmVariant, type SpawnThread, type WasmVariant } from './wasm/register';
import { withSharedMemory } from './wasm/shared-memory';

/** Where the page serves tfjs's three wasm files: a folder's URL with its last slash, or the URL of each by name. */
export type WasmPaths = string | Record<string, string>;

/** Where the page serves our own wasm module (`wasm/`), by build, and how it starts the module's threads. */
export interface WasmKernels {
  urls: Record<WasmVariant, string>;
  spawn: SpawnThread;
}

export interface WasmOptions {
  wasmPaths?: WasmPaths;
  wasmKernels?: WasmKernels;
  /** By default as many as there are cores (8 at most) where the page is cross-origin isolated, else 1. */
  threads?: number;
}

/** More threads than this wait for memory rather than work. */
const MOST_THREADS = 8;

/** Threads for our programs: without them (tests of tfjs alone) or without shared memory, one. */
function threadsFor({ wasmKernels, threads }: WasmOptions): number {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
  if (!wasmKernels || !isolated) return 1;
  return Math.min(threads ?? navigator.hardwareConcurrency, MOST_THREADS);
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
  const threads = threadsFor(options);
  let kernels = { close: () => undefined as void };
  try {
    if (options.wasmPaths !== undefined) setWasmPaths(options.wasmPaths);
    setThreadsCount(1);
    const started = threads > 1 ? await withSharedMemory(start) : await withOwnMemory(start);
    if (!started) throw new Error('tfjs could not load it');
    if (options.wasmKernels) kernels = await registerOwn(options.wasmKernels, threads);
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
    attempt: (work) => work(),
    reopen,
    close: () => kernels.close(),
  };
}

const start = () => tf.setBackend('wasm');

function withOwnMemory(start: () => Promise<boolean>): Promise<boolean> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  return start();
}

async function registerOwn({ urls, spawn }: WasmKernels, threads: number): Promise<{ close(): void }> {
  const url = urls[wasmVariant(threads)];
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return registerWasmKernels(await response.arrayBuffer(), threads, spawn);
}
