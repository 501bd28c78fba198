/** Deleting: asked for, done, and undone. */
import { problems } from '../problems.svelte';
import { ask, library, type Deletable } from '../studio.svelte';
import { toasts } from '../toasts.svelte';
import { counted } from '../words/numbers';

class Deletion {
  /** What the user is being asked about. */
  asked = $state.raw<Deletable>();

  /** What else would miss it, in a sentence; empty when nothing does. */
  consequences = $derived.by(() => {
    const asked = this.asked;
    if (asked?.type === 'dataset') {
      const { id } = asked.entry;
      const runs = library.of('run').filter((run) => run.madeFrom?.collection === id || run.madeFrom?.queries === id);
      if (runs.length)
        return `${counted(runs.length, 'run was', 'runs were')} made from it and can’t be made again without it.`;
    }
    if (asked?.type === 'checkpoint') {
      const later = library.checkpoints.filter((one) => one.from === asked.entry.id);
      if (later.length)
        return `${counted(later.length, 'checkpoint was', 'checkpoints were')} trained from it; they stay.`;
    }
    if (asked?.type === 'experiment') return 'Its checkpoints and runs stay.';
    return '';
  });

  ask(deletable: Deletable): void {
    this.asked = deletable;
  }

  dismiss(): void {
    this.asked = undefined;
  }

  async confirm(): Promise<void> {
    const asked = this.asked;
    if (!asked) return;
    this.asked = undefined;
    await problems.watch(`Deleting ${asked.entry.name}`, async () => {
      await ask.data((api) => api.remove(asked.type, asked.entry.id));
      await library.refresh();
      toasts.show(`Deleted ${asked.entry.name}`, { label: 'Undo', run: () => void this.restore(asked) });
    });
  }

  async restore({ type, entry }: Deletable): Promise<void> {
    await problems.watch(`Restoring ${entry.name}`, async () => {
      await ask.data((api) => api.restore(type, entry.id));
      await library.refresh();
      toasts.show(`${entry.name} is back`);
    });
  }

  async purge(): Promise<void> {
    await problems.watch('Freeing the space', async () => {
      await ask.data((api) => api.purge());
      await library.refresh();
      toasts.show('The space is free again');
    });
  }
}

export const deletion = new Deletion();
