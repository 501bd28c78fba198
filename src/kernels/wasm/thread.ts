import { CallQueue } from './call-queue';
import type { WasmExports } from './heap';

/** What a thread is started with. */
export interface ThreadStart {
  /** Our module, compiled for shared memory. */
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Address of the queue. */
  queue: number;
  /** 1, 2, …: thread 0 is the one that fills the queue. */
  thread: number;
}

/** Readies a thread; call `serve` of what it returns, which never returns. */
export async function startThread({ module, memory, queue, thread }: ThreadStart): Promise<CallQueue> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return new CallQueue(memory, queue, exports as unknown as WasmExports, thread);
}
