/**
 * An async iterable that crosses from a worker to the page: the worker pushes, so that it never waits for a hidden or busy
 * page; the page reads at its own pace, and leaving its loop cancels the work.
 */
import * as Comlink from 'comlink';

/** The page's end of a stream of `T`. */
export interface Stream<T> {
  port: MessagePort;
  /** Only for the type. */
  readonly item?: T;
}

type Message<T> = { item: T } | { end: true } | { error: { name: string; message: string } };

/**
 * Runs `work` in the worker and pushes what it yields. Its signal is aborted when the reader leaves its loop.
 * @returns the other end, to be returned from a Comlink method.
 */
export function pushed<T>(work: (signal: AbortSignal) => AsyncIterable<T>): Stream<T> {
  const { port1, port2 } = new MessageChannel();
  const controller = new AbortController();
  port1.onmessage = () => controller.abort();
  const send = (message: Message<T>) => port1.postMessage(message);
  void (async () => {
    try {
      for await (const item of work(controller.signal)) send({ item });
      send({ end: true });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      send({ error: { name, message } });
    }
  })();
  return Comlink.transfer({ port: port2 }, [port2]);
}

/**
 * Reads a stream to its end.
 * @param died rejects when the worker dies: a pending promise of a dead worker never rejects by itself.
 * @throws what the work threw, under its own name and message.
 */
export async function* received<T>(stream: Stream<T>, died?: Promise<never>): AsyncGenerator<T, void> {
  const { port } = stream;
  const queue: Message<T>[] = [];
  let wake = () => {};
  port.onmessage = (event: MessageEvent<Message<T>>) => {
    queue.push(event.data);
    wake();
  };
  const fail = (error: Error) => {
    queue.push({ error: { name: error.name, message: error.message } });
    wake();
  };
  died?.catch(fail);
  try {
    for (;;) {
      const message = queue.shift();
      if (!message) {
        await new Promise<void>((resolve) => (wake = resolve));
      } else if ('item' in message) {
        yield message.item;
      } else if ('error' in message) {
        throw Object.assign(new Error(message.error.message), { name: message.error.name });
      } else {
        return;
      }
    }
  } finally {
    port.postMessage('cancel');
    port.close();
  }
}
