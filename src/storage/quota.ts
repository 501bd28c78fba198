import type { StorageReport } from './library';

/** The browser's own figures on its storage; empty where it has none to give (Node). */
export async function storageReport(): Promise<StorageReport> {
  const storage = globalThis.navigator?.storage;
  const { usage, quota } = (await storage?.estimate?.().catch(() => undefined)) ?? {};
  return { usage, quota, persisted: (await storage?.persisted?.().catch(() => false)) ?? false };
}

/** Asks the browser not to evict the data when space is short or the site was not visited for a while. */
export async function persist(): Promise<boolean> {
  return (await globalThis.navigator?.storage?.persist?.().catch(() => false)) ?? false;
}
