/** Models on their way from the hub, whatever page is shown. One state for the Data page and wherever else a model is missing. */
import type { HubOffer } from '../../../workers/protocol';
import { downloadedBytes, totalBytes } from '../../hub/download-sizes';
import type { Download } from '../../storage/entries';
import { problems } from '../problems.svelte';
import { ask, library, studio } from '../studio.svelte';
import { toasts } from '../toasts.svelte';

/** What is known of a model that is being fetched, or was. */
export interface Fetching {
  /** As in recipes. */
  reference: string;
  running: boolean;
  /** What is being done, in words. */
  what: string;
  /** Bytes; 0 of 0 while unknown. */
  done: number;
  total: number;
  remainingMs?: number;
  error?: string;
  /** Of what is stored of it, where anything is. */
  download?: Download;
}

const MIRROR_KEY = 'rerank-studio-hub';

class Hub {
  /** Running ones and those that failed. */
  #here = $state.raw<readonly Fetching[]>([]);
  /** What the library has begun. */
  #begun = $state.raw<Download[]>([]);
  readonly #cancelled = new Set<string>();
  /** Address of a mirror; empty: huggingface.co. */
  mirror = $state(localStorage.getItem(MIRROR_KEY) ?? '');

  /** Everything that is not a checkpoint yet: running, broken off, failed. */
  list = $derived.by<Fetching[]>(() => {
    const begun = (reference: string) => this.#begun.find((download) => download.reference === reference);
    const others = this.#begun.filter(({ reference }) => !this.#here.some((one) => one.reference === reference));
    return [
      ...this.#here.map((one) => ({ ...one, download: begun(one.reference) })),
      ...others.map((download) => ({
        reference: download.reference,
        running: false,
        what: '',
        ...figures(download),
        download,
      })),
    ];
  });

  of(reference: string): Fetching | undefined {
    return this.list.find((one) => one.reference === reference);
  }

  useMirror(url: string): void {
    this.mirror = url.trim();
    if (this.mirror) localStorage.setItem(MIRROR_KEY, this.mirror);
    else localStorage.removeItem(MIRROR_KEY);
  }

  async refresh(): Promise<void> {
    this.#begun = (await problems.watch('Reading the downloads', () => ask.data((api) => api.downloads()))) ?? [];
  }

  /** @throws what the hub says, in words for the user. */
  lookUp(reference: string): Promise<HubOffer> {
    return ask.data((api) => api.lookUpModel(reference, this.mirror || undefined));
  }

  /** Fetches a model and stores it; goes on where it was broken off. */
  async fetch(reference: string): Promise<void> {
    if (this.of(reference)?.running) return;
    const begun = this.#begun.find((download) => download.reference === reference);
    this.#cancelled.delete(reference);
    this.#put({
      reference,
      running: true,
      what: `asking for ${reference}`,
      ...(begun ? figures(begun) : { done: 0, total: 0 }),
    });
    try {
      const events = studio.data.read(studio.data.api.downloadModel(reference, this.mirror || undefined));
      for await (const event of events) {
        if (event.type === 'done') {
          toasts.show(`${event.checkpoint.name} is here`);
          break;
        }
        const { what, done, total, remainingMs } = event;
        this.#put({
          reference,
          running: true,
          what,
          done,
          total,
          ...(remainingMs === undefined ? {} : { remainingMs }),
        });
      }
      this.#drop(reference);
    } catch (error) {
      if (this.#cancelled.has(reference)) this.#drop(reference);
      else this.#fail(reference, error instanceof Error ? error.message : String(error));
    }
    await Promise.all([this.refresh(), library.refresh()]);
  }

  /** Stops; what has arrived is kept. */
  cancel(reference: string): void {
    this.#cancelled.add(reference);
    void problems.watch(`Stopping ${reference}`, () => ask.data((api) => api.cancelDownload(reference)));
  }

  /** Frees what has arrived of a model. */
  async discard({ reference, download }: Fetching): Promise<void> {
    this.#drop(reference);
    if (download)
      await problems.watch(`Discarding ${reference}`, () => ask.data((api) => api.discardDownload(download.id)));
    await Promise.all([this.refresh(), library.refresh()]);
  }

  #put(one: Fetching): void {
    const known = this.#here.some(({ reference }) => reference === one.reference);
    this.#here = known
      ? this.#here.map((other) => (other.reference === one.reference ? one : other))
      : [...this.#here, one];
  }

  #drop(reference: string): void {
    this.#here = this.#here.filter((one) => one.reference !== reference);
  }

  #fail(reference: string, error: string): void {
    const last = this.#here.find((one) => one.reference === reference);
    if (last) this.#put({ ...last, running: false, error });
  }
}

const figures = (download: Download) => ({ done: downloadedBytes(download), total: totalBytes(download) });

export const hub = new Hub();
