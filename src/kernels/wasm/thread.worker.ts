/** A thread in a worker of its own: it is sent a `ThreadStart`, says `ready`, and makes calls until it is terminated. */
import { startThread, type ThreadStart } from './thread';

self.onmessage = async ({ data }: MessageEvent<ThreadStart>) => {
  const queue = await startThread(data);
  self.postMessage('ready');
  queue.serve();
};
