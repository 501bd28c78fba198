/**
 * Lets waiting messages (cancel, pause) be heard between two pieces of work. A message channel, not a timer: browsers stop the
 * timers of hidden pages.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
