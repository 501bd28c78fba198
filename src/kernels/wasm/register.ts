import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Heap, type WasmExports } from './heap';
import { PROGRAMS } from './programs';
import type { ThreadStart } from './thread';

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

/**
 * The builds of our module: with relaxed SIMD (about twice as fast in products), and without; each for a memory of one
 * thread and for one that threads share.
 */
export type WasmVariant = 'relaxed' | 'simd' | 'relaxed-threads' | 'simd-threads';

/** The build that this engine can run: relaxed SIMD is in Chromium and Node from 114 and 22 on, behind a flag in Node 20. */
export function wasmVariant(threads = 1): WasmVariant {
  const simd = WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'simd';
  return threads > 1 ? `${simd}-threads` : simd;
}

/** Starts a thread that serves the queue (thread.worker.ts in a page), and says when it is ready. */
export type SpawnThread = (start: ThreadStart) => Promise<{ terminate(): void }>;

/** What of tfjs's emscripten module holds its memory: its exports, or, where threads share it, the module itself. */
interface MemoryHolder {
  asm: { memory?: WebAssembly.Memory };
  wasmMemory?: WebAssembly.Memory;
}

/**
 * Registers our programs for the running `wasm` backend, from the bytes of the build that `wasmVariant(threads)` names. Call
 * it once after each `tf.setBackend('wasm')`. Returns what ends the threads. Throws an error when another backend runs,
 * or where several threads are asked for and tfjs's memory is not shared.
 */
export async function registerWasmKernels(
  bytes: BufferSource,
  threads = 1,
  spawn?: SpawnThread,
): Promise<{ close(): void }> {
  if (tf.getBackend() !== 'wasm') {
    throw new Error(
      `wasm kernels: expected the wasm backend to run, found ${tf.getBackend()}; call tf.setBackend('wasm') first`,
    );
  }
  const backend = tf.backend() as BackendWasm;
  const holder = backend.wasm as unknown as MemoryHolder;
  const memory = holder.wasmMemory ?? holder.asm.memory;
  if (!memory) throw new Error("wasm kernels: found no memory in tfjs's module: expected wasmMemory or asm.memory");
  const module = await WebAssembly.compile(bytes);
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const heap = new Heap(backend, memory, instance.exports as unknown as WasmExports);
  const helpers: { terminate(): void }[] = [];
  if (threads > 1 && spawn) {
    const queue = heap.share(threads);
    const start = (_: unknown, i: number) => spawn({ module, memory, queue, thread: i + 1 });
    helpers.push(...(await Promise.all(Array.from({ length: threads - 1 }, start))));
  }
  unregisterWasmKernels();
  for (const [kernelName, program] of Object.entries(PROGRAMS)) {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => program(heap, inputs as never, (attrs ?? {}) as never),
    });
  }
  return { close: () => helpers.forEach((helper) => helper.terminate()) };
}

/** Takes our programs away again: the ops then run their references. */
export function unregisterWasmKernels(): void {
  for (const name of Object.keys(PROGRAMS)) if (tf.getKernel(name, 'wasm')) tf.unregisterKernel(name, 'wasm');
}
