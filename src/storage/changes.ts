import type { LibraryChange } from './library';

/** Tells of changes to listeners here and, over a BroadcastChannel, in other tabs and workers. */
export class Changes {
  readonly #listeners = new Set<(change: LibraryChange) => void>();
  readonly #channel: BroadcastChannel;

  constructor(library: string) {
    this.#channel = new BroadcastChannel(`rerank-studio:${library}`);
    this.#channel.onmessage = ({ data }) => this.#tell(data as LibraryChange);
    // In Node an open channel would keep the process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  announce(change: LibraryChange): void {
    this.#tell(change);
    this.#channel.postMessage(change);
  }

  subscribe(listener: (change: LibraryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#channel.close();
    this.#listeners.clear();
  }

  #tell(change: LibraryChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
