/** A thread of our wasm programs in Node, started by spawn-in-node.ts. Not part of the app. */
import { parentPort, workerData } from 'node:worker_threads';
import { startThread, type ThreadStart } from './thread';

const queue = await startThread(workerData as ThreadStart);
parentPort!.postMessage('ready');
queue.serve();
