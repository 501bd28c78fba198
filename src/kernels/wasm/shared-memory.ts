import * as tf from '@tensorflow/tfjs';

/** Stands in for a worker: it says that it has loaded, and does nothing. */
class IdleWorker {
  onmessage?: (event: { data: unknown }) => void;
  postMessage({ cmd }: { cmd: string }): void {
    if (cmd === 'load') queueMicrotask(() => this.onmessage?.({ data: { cmd: 'loaded' } }));
  }
  on(): void {}
  unref(): void {}
  terminate(): void {}
}

/**
 * Starts tfjs's wasm backend with a memory that threads can share. tfjs has that only together with 8 workers of its own,
 * which serve XNNPACK; as our programs do the heavy work with threads of their own, those 8 would idle in ~40 MB, and minified
 * builds cannot start them (the script that tfjs makes for them names a variable outside of it). So none is started.
 */
export async function withSharedMemory(start: () => Promise<boolean>): Promise<boolean> {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  // A setter that ignores: in Node emscripten sets globalThis.Worker itself.
  Object.defineProperty(globalThis, 'Worker', { configurable: true, get: () => IdleWorker, set: () => undefined });
  try {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
    return await start();
  } finally {
    if (own) Object.defineProperty(globalThis, 'Worker', own);
    else delete (globalThis as { Worker?: unknown }).Worker;
  }
}
