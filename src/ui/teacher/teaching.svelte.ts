/** The teaching that is under way in this tab: one at a time, whatever page is shown. */
import type { TeachingEntry } from '../../../workers/protocol';
import type { Prices } from '../../teachers/list-wise/cost';
import type { Means } from '../../teachers/open-teacher';
import type { TeachRequest } from '../../teachers/request';
import type { Loading, TeachEvent } from '../../teachers/teach';
import { library, studio } from '../studio.svelte';
import { toasts } from '../toasts.svelte';

type Progress = Extract<TeachEvent, { type: 'progress' }>;
type Done = Extract<TeachEvent, { type: 'done' }>;
type Stopped = Extract<TeachEvent, { type: 'stopped' }>;
type Waiting = Extract<TeachEvent, { type: 'waiting' }>;

class Teaching {
  busy = $state(false);
  stopping = $state<'stop' | 'now'>();
  request = $state.raw<TeachRequest>();
  prices = $state.raw<Prices>();
  loading = $state.raw<Loading>();
  progress = $state.raw<Progress>();
  waiting = $state.raw<Waiting>();
  /** How it ended. */
  done = $state.raw<Done>();
  stopped = $state.raw<Stopped>();
  error = $state<string>();
  /** All that are stored, newest first. */
  stored = $state.raw<TeachingEntry[]>([]);

  async refresh(): Promise<void> {
    this.stored = await studio.teacher.api.teachings();
  }

  async start(request: TeachRequest, means: Means): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.request = request;
    this.prices = means.prices;
    this.stopping = this.loading = this.progress = this.waiting = undefined;
    this.done = this.stopped = this.error = undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    try {
      for await (const event of studio.teacher.read(studio.teacher.api.teach(request, means))) this.#hear(event);
      if (this.done) toasts.show(`${this.request.name} is ready`);
    } catch (error) {
      if (this.stopping !== 'now') this.error = (error as Error).message;
    } finally {
      removeEventListener('beforeunload', ask);
      this.busy = false;
      this.loading = this.waiting = undefined;
      await Promise.all([this.refresh(), library.refresh()]);
    }
  }

  /** First lets what is under way come in; asked again, drops it. */
  async stop(): Promise<void> {
    this.stopping = this.stopping === undefined ? 'stop' : 'now';
    await studio.teacher.api.stop(this.stopping === 'now' ? 'now' : undefined);
  }

  async forget(id: string): Promise<void> {
    await studio.teacher.api.forget(id);
    await this.refresh();
  }

  #hear(event: TeachEvent): void {
    switch (event.type) {
      case 'loading':
        this.loading = event;
        break;
      case 'progress':
        this.loading = this.waiting = undefined;
        this.progress = event;
        break;
      case 'waiting':
        this.waiting = event;
        break;
      case 'stopped':
        this.stopped = event;
        break;
      case 'done':
        this.done = event;
        break;
      case 'started':
        break;
    }
  }
}

export const teaching = new Teaching();
