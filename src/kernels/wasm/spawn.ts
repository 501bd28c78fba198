import type { SpawnThread } from './register';

/** A thread in a page or a worker. Rejects where the worker's script cannot be loaded. */
export const spawnThread: SpawnThread = (start) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./thread.worker.ts', import.meta.url), { type: 'module', name: 'wasm thread' });
    worker.onerror = ({ message }) => reject(new Error(`a wasm thread did not start: ${message}`));
    worker.onmessage = () => resolve({ terminate: () => worker.terminate() });
    worker.postMessage(start);
  });
