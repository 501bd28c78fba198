/** Holds a lock of the browser while it works: two tabs must not run the same experiment. @throws when another holds it. */
export async function* locked<T>(name: string, work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  let release = () => {};
  const taken = await new Promise<boolean>((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<void>((done) => (release = done));
    });
  });
  if (!taken) throw new Error('this experiment runs in another tab: watch it there, or close that tab');
  try {
    yield* work();
  } finally {
    release();
  }
}
