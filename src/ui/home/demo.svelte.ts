/** The demo: its data is installed, then its recipe runs like any other experiment. */
import { DEMO } from '../fine-tune/presets';
import { problems } from '../problems.svelte';
import { running } from '../running.svelte';
import { library, studio } from '../studio.svelte';

class Demo {
  installing = $state.raw<{ done: number; total: number }>();
  /** Started in this visit. */
  started = $state(false);

  /** Its newest finished run, if there was one. */
  before = $derived(library.experiments.find((one) => one.name === DEMO?.name && one.state === 'finished'));

  /** Imports the demo's data unless it is there. True if it is there now. */
  async install(): Promise<boolean> {
    this.installing = { done: 0, total: 0 };
    const done = await problems.watch('Installing the demo', async () => {
      for await (const { done, total } of studio.data.read(studio.data.api.installDemo())) {
        this.installing = { done, total };
      }
      await library.refresh();
      return true;
    });
    this.installing = undefined;
    return done ?? false;
  }

  async run(): Promise<void> {
    if (!DEMO || running.busy) return;
    this.started = true;
    if (await this.install()) await running.start({ recipe: DEMO.yaml, fileName: DEMO.fileName }, DEMO.name);
  }
}

export const demo = new Demo();
