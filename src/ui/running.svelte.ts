/** The experiment that runs in this tab: one at a time, whatever page is shown. */
import type { ExperimentEvent } from '../experiments/events';
import type { RunRequest } from '../../workers/protocol';
import type { Stream } from '../../workers/stream';
import { newLiveRun, takeIn, type LiveRun } from './fine-tune/live-run';
import { problems } from './problems.svelte';
import { library, studio } from './studio.svelte';
import { toasts } from './toasts.svelte';

/** Events may come a hundred a second; the page shows them at this pace. */
const SHOW_EVERY_MS = 400;

/** Events after which the library holds something new. */
const REFRESHING = new Set<ExperimentEvent['type']>(['started', 'checkpoint', 'paused', 'resumed', 'measures']);

class Running {
  #run = $state.raw<LiveRun>();
  #version = $state(0);
  #shown?: ReturnType<typeof setTimeout>;
  #leave = false;
  /** True until the worker has stopped. */
  busy = $state(false);
  /** What was asked for and has not happened yet. */
  stopping = $state<'pause' | 'cancel'>();

  /** The experiment's view: a new object whenever there is something new to show. */
  view = $derived.by(() => {
    void this.#version;
    const run = this.#run;
    return run && { ...run, stages: run.stages.map((stage) => ({ ...stage })) };
  });

  /** The YAML of the experiment. */
  recipe = $state.raw<string>();

  start(request: RunRequest, name: string): Promise<void> {
    if (this.busy) return Promise.resolve();
    this.recipe = request.recipe;
    return this.#follow(newLiveRun(name), studio.ranker.api.run(request));
  }

  async resume(experiment: string, name: string): Promise<void> {
    if (this.busy) return;
    this.recipe = library.experiment(experiment)?.recipe;
    const log = (await problems.watch('Reading the log', () => studio.data.api.experimentLog(experiment))) ?? [];
    const run = newLiveRun(name);
    for (const event of log) takeIn(run, event);
    run.state = 'starting';
    return this.#follow(run, studio.ranker.api.resume(experiment));
  }

  async pause(): Promise<void> {
    this.stopping = 'pause';
    await problems.watch('Pausing', () => studio.ranker.api.pause());
  }

  async goOn(): Promise<void> {
    await problems.watch('Going on', () => studio.ranker.api.goOn());
  }

  cancel(): void {
    if (this.#run?.state === 'paused') void this.goOn();
    this.stopping = 'cancel';
    this.#leave = true;
  }

  async #follow(run: LiveRun, stream: Promise<Stream<ExperimentEvent>>): Promise<void> {
    this.#run = run;
    this.busy = true;
    this.stopping = undefined;
    this.#leave = false;
    try {
      for await (const event of studio.ranker.read(stream)) {
        takeIn(run, event);
        if (REFRESHING.has(event.type)) void library.refresh();
        if (event.type === 'paused') this.stopping = undefined;
        this.#show();
        if (this.#leave) {
          run.state = 'cancelled';
          break;
        }
      }
      if (run.state === 'finished') toasts.show(`${run.name} is finished`);
    } catch (error) {
      run.state = 'failed';
      run.error = error instanceof Error ? error.message : String(error);
      problems.report(`Running ${run.name}`, error);
    } finally {
      this.busy = false;
      this.stopping = undefined;
      this.#version++;
      await library.refresh();
      // A run that was left is stored as cancelled once the worker has stopped.
      for (let i = 0; i < 20 && run.id && library.experiment(run.id)?.state === 'running'; i++) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await library.refresh();
      }
    }
  }

  #show(): void {
    if (this.#shown !== undefined) return;
    this.#shown = setTimeout(() => {
      this.#shown = undefined;
      this.#version++;
    }, SHOW_EVERY_MS);
  }
}

export const running = new Running();

/** Whether some tab runs the experiment. */
export async function runsSomewhere(experiment: string): Promise<boolean> {
  const held = (await navigator.locks?.query())?.held ?? [];
  // The ranker worker holds this lock while it works.
  return held.some((lock) => lock.name === `experiment ${experiment}`);
}

/** While an experiment runs: the screen stays on, and closing the tab asks first. Called once, by the app. */
export function keepAwake(): void {
  let sentinel: WakeLockSentinel | undefined;

  $effect(() => {
    if (!running.busy || running.view?.state === 'paused') return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const hold = async () => {
      if (document.visibilityState !== 'visible') return;
      // Refused on low battery, for one: training goes on without it.
      sentinel = await navigator.wakeLock?.request('screen').catch(() => undefined);
    };
    void hold();
    addEventListener('beforeunload', ask);
    document.addEventListener('visibilitychange', hold);
    return () => {
      removeEventListener('beforeunload', ask);
      document.removeEventListener('visibilitychange', hold);
      void sentinel?.release();
    };
  });
}
