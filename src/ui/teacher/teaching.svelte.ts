/** The teaching that is under way in this tab: one at a time, whatever page is shown. */
import type { TeachingEntry } from '../../../workers/protocol';
import type { Means } from '../../teachers/open-teacher';
import type { TeachRequest } from '../../teachers/request';
import type { Loading, TeachEvent } from '../../teachers/teach';
import { costOf, type Prices } from '../../teachers/list-wise/cost';
import { background } from '../background.svelte';
import { address } from '../route';
import { library, studio } from '../studio.svelte';
import { toasts } from '../toasts.svelte';
import { timeLeft } from '../words/times';
import { money } from './money';

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
      this.loading = this.waiting = background.work = undefined;
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

  #detail({ asked, etaMs }: Progress): string {
    const spent = asked && this.prices ? costOf(asked.usage, this.prices) : 0;
    return spent > 0 ? `${money(spent)} spent, ${timeLeft(etaMs)}` : timeLeft(etaMs);
  }

  /** What the sidebar tells. */
  #tell(done: number, total: number, detail: string): void {
    const label = `Lists: ${this.request!.name}`;
    background.work = { label, done, total, detail, href: address('data', ['teacher']) };
  }

  #hear(event: TeachEvent): void {
    switch (event.type) {
      case 'loading':
        this.loading = event;
        this.#tell(event.done, event.total, event.what);
        break;
      case 'progress':
        this.loading = this.waiting = undefined;
        this.progress = event;
        this.#tell(event.done, event.total, this.#detail(event));
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
