import { Worker } from 'node:worker_threads';
import type { SpawnThread } from './register';

/** A thread in Node, for tests and benches: thread-in-node.ts in a worker thread that reads TypeScript by tsx. Not part of the app. */
export const spawnInNode: SpawnThread = (start) =>
  new Promise((resolve, reject) => {
    const [tsx, script] = [import.meta.resolve('tsx/esm/api'), new URL('./thread-in-node.ts', import.meta.url).href];
    const code = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(script)}); })`;
    const worker = new Worker(code, { eval: true, workerData: start });
    worker.once('error', reject);
    worker.once('message', () => {
      worker.unref();
      resolve({ terminate: () => void worker.terminate() });
    });
  });
