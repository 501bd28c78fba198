import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { wasmKernelBytes } from '../../src/kernels/wasm/compile';
import { withSharedMemory } from '../../src/kernels/wasm/shared-memory';
import { spawnInNode } from '../../src/kernels/wasm/spawn-in-node';
import { registerWasmKernels, unregisterWasmKernels, wasmVariant } from '../../src/kernels/wasm/register';

// Node 20 has relaxed SIMD behind a flag, which may be set as long as nothing was compiled.
if (wasmVariant() === 'simd') setFlagsFromString('--experimental-wasm-relaxed-simd');

/**
 * The backends that Node has: the cpu, wasm with the ops' references, and wasm with our programs (in both builds where
 * this Node runs relaxed SIMD).
 */
export const NODE_BACKENDS = [
  'cpu',
  'wasm, references',
  'wasm, simd',
  ...(wasmVariant() === 'relaxed' ? (['wasm, relaxed'] as const) : []),
] as const;

export type NodeBackend = (typeof NODE_BACKENDS)[number];

/** As the browser opens wasm with two threads: to be called before anything else started a backend in this process. */
export async function useTwoThreads() {
  setWasmPaths(fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
  await withSharedMemory(() => tf.setBackend('wasm'));
  const bytes = await wasmKernelBytes(wasmVariant(2));
  const { close } = await registerWasmKernels(bytes, 2, spawnInNode);
  const memory = (tf.backend() as unknown as { wasm: { wasmMemory: WebAssembly.Memory } }).wasm.wasmMemory;
  /** One thread on the same memory, with the same build. */
  const useOne = () => registerWasmKernels(bytes);
  return { close, memory, useOne };
}

/** Those that run our programs. */
export const WASM_PROGRAMS = NODE_BACKENDS.filter((name) => name === 'wasm, simd' || name === 'wasm, relaxed');

/** Makes it the current backend. */
export async function useNodeBackend(name: NodeBackend): Promise<void> {
  if (name === 'cpu') {
    await tf.setBackend('cpu');
    return;
  }
  setWasmPaths(fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
  await tf.setBackend('wasm');
  unregisterWasmKernels();
  if (name === 'wasm, references') return;
  await registerWasmKernels(await wasmKernelBytes(name === 'wasm, relaxed' ? 'relaxed' : 'simd'));
}
