import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { wasmKernelBytes } from '../src/kernels/wasm/compile';
import { registerWasmKernels, wasmVariant } from '../src/kernels/wasm/register';
import { withSharedMemory } from '../src/kernels/wasm/shared-memory';
import { spawnInNode } from '../src/kernels/wasm/spawn-in-node';
import type { BenchOptions } from './result';

/**
 * Starts tfjs's wasm backend with our programs in Node: the same wasm files as in the browser, and as many
 * threads as asked for. Returns the device in words. Throws an error for another backend.
 */
export async function startWasm({ backend = 'wasm', threads }: BenchOptions): Promise<string> {
  if (backend !== 'wasm') throw new Error(`this bench runs in Node: expected --backend wasm, found ${backend}`);
  // Node 20 has relaxed SIMD behind a flag, which may be set as long as nothing was compiled; browsers have it since 2023.
  if (wasmVariant() === 'simd') setFlagsFromString('--experimental-wasm-relaxed-simd');
  setWasmPaths(fileURLToPath(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
  const start = () => tf.setBackend('wasm');
  await (threads > 1 ? withSharedMemory(start) : start());
  const variant = wasmVariant(threads);
  await registerWasmKernels(await wasmKernelBytes(variant), threads, spawnInNode);
  return `Node ${process.versions.node}, V8 ${process.versions.v8}, wasm ${variant}`;
}
