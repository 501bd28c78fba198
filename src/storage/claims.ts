/**
 * Claims: names that some tab or worker is busy with. A claim ends with the tab that holds it, so work that a closed tab
 * left behind can be told from work that goes on. Web Locks between tabs and workers; where there are none (Node), a set.
 */
const held = new Set<string>();

const lockName = (name: string) => `rerank-studio:${name}`;

/** Claims a name and returns the function that gives it back. */
export async function claim(name: string): Promise<() => void> {
  held.add(name);
  if (!globalThis.navigator?.locks) return () => void held.delete(name);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(name), () => new Promise<void>((end) => resolve(() => (held.delete(name), end()))))
      .catch(reject);
  });
}

/** Which names are claimed now, here or in another tab. */
export async function claimed(): Promise<(name: string) => boolean> {
  const locks = globalThis.navigator?.locks ? ((await navigator.locks.query()).held ?? []) : [];
  const elsewhere = new Set(locks.map((lock) => lock.name));
  return (name) => held.has(name) || elsewhere.has(lockName(name));
}
