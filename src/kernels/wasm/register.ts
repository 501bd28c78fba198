import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Heap, type WasmExports } from './heap';
import { PROGRAMS } from './programs';

/**
 * A module of one function that uses relaxed SIMD (fused multiply-add):
 * `(func (param v128 v128 v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))`.
 */
const RELAXED_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** The builds of our module: with relaxed SIMD (about twice as fast in products), and without. */
export type WasmVariant = 'relaxed' | 'simd';

/** The build that this engine can run: relaxed SIMD is in Chromium and Node from 114 and 22 on, behind a flag in Node 20. */
export function wasmVariant(): WasmVariant {
  return WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'simd';
}

/**
 * Registers our programs for the running `wasm` backend, from the bytes of the build that `wasmVariant` names. Call it once
 * after each `tf.setBackend('wasm')` that started a backend. Throws an error when another backend runs, or where tfjs's
 * memory is shared between threads and `memory` was not given.
 */
export async function registerWasmKernels(bytes: BufferSource, memory?: WebAssembly.Memory): Promise<void> {
  if (tf.getBackend() !== 'wasm') {
    throw new Error(
      `wasm kernels: expected the wasm backend to run, found ${tf.getBackend()}; call tf.setBackend('wasm') first`,
    );
  }
  const backend = tf.backend() as BackendWasm;
  const own = (backend.wasm as unknown as { asm: { memory?: WebAssembly.Memory } }).asm.memory ?? memory;
  if (!own) throw new Error('wasm kernels: the memory of tfjs is shared between threads and was not handed over');
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: own } });
  const heap = new Heap(backend, instance.exports as unknown as WasmExports);
  unregisterWasmKernels();
  for (const [kernelName, program] of Object.entries(PROGRAMS)) {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => program(heap, inputs as never, (attrs ?? {}) as never),
    });
  }
}

/** Takes our programs away again: the ops then run their references. */
export function unregisterWasmKernels(): void {
  for (const name of Object.keys(PROGRAMS)) if (tf.getKernel(name, 'wasm')) tf.unregisterKernel(name, 'wasm');
}
