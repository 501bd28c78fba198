/** The page's connections to its workers, and what every page shows of them: the device, the library, the storage. */
import { startStudio } from '../../workers/connect';
import type { DeviceReport, StorageReport } from '../../workers/protocol';
import type { Checkpoint, Dataset, DatasetKind, Experiment } from '../storage/entries';
import { problems } from './problems.svelte';

export const studio = startStudio();

/** Something of the library that can be deleted. */
export type Deletable =
  | { type: 'dataset'; entry: Dataset }
  | { type: 'checkpoint'; entry: Checkpoint }
  | { type: 'experiment'; entry: Experiment };

for (const connection of [studio.data, studio.retrieval, studio.ranker]) {
  connection.died.catch((error: unknown) => problems.report('A worker stopped', error));
}

/** A worker's answer, or its death: a call to a dead worker would never end. */
export const ask = {
  data: <T>(call: (api: typeof studio.data.api) => Promise<T>) =>
    Promise.race([call(studio.data.api), studio.data.died]),
  retrieval: <T>(call: (api: typeof studio.retrieval.api) => Promise<T>) =>
    Promise.race([call(studio.retrieval.api), studio.retrieval.died]),
  ranker: <T>(call: (api: typeof studio.ranker.api) => Promise<T>) =>
    Promise.race([call(studio.ranker.api), studio.ranker.died]),
};

class Device {
  report = $state.raw<DeviceReport>();
  failed = $state(false);
  #opening?: Promise<void>;

  /** Opens the device once. */
  open(): Promise<void> {
    this.#opening ??= ask
      .ranker((api) => api.open())
      .then(
        (report) => {
          this.report = report;
        },
        (error: unknown) => {
          this.failed = true;
          problems.report('Opening the device', error);
        },
      );
    return this.#opening;
  }
}

export const device = new Device();

/** What is stored. Read again after every change; entries are small. */
class Library {
  #datasets = $state.raw<Dataset[]>([]);
  #checkpoints = $state.raw<Checkpoint[]>([]);
  #experiments = $state.raw<Experiment[]>([]);
  storage = $state.raw<StorageReport>();
  /** False until the first answer: an empty library looks different from one that is not read yet. */
  loaded = $state(false);

  datasets = $derived(this.#datasets.filter((entry) => entry.state === 'ready'));
  /** Left behind by a tab that was closed during an import. */
  interrupted = $derived(this.#datasets.filter((entry) => entry.state === 'importing'));
  checkpoints = $derived(this.#checkpoints.toSorted((a, b) => b.createdAt - a.createdAt));
  experiments = $derived(this.#experiments.toSorted((a, b) => b.createdAt - a.createdAt));
  /** What was deleted and can come back. */
  deleted = $state.raw<Deletable[]>([]);

  of(kind: DatasetKind): Dataset[] {
    return this.datasets.filter((entry) => entry.kind === kind).sort((a, b) => b.createdAt - a.createdAt);
  }

  dataset(id: string | undefined): Dataset | undefined {
    return this.#datasets.find((entry) => entry.id === id);
  }

  checkpoint(id: string | undefined): Checkpoint | undefined {
    return this.#checkpoints.find((entry) => entry.id === id);
  }

  experiment(id: string | undefined): Experiment | undefined {
    return this.#experiments.find((entry) => entry.id === id);
  }

  async refresh(): Promise<void> {
    await problems.watch('Reading the library', async () => {
      [this.#datasets, this.#checkpoints, this.#experiments] = await Promise.all([
        ask.data((api) => api.datasets()),
        ask.data((api) => api.checkpoints()),
        ask.data((api) => api.experiments()),
      ]);
      this.loaded = true;
      const { datasets, checkpoints, experiments } = await ask.data((api) => api.deleted());
      this.deleted = [
        ...datasets.map((entry) => ({ type: 'dataset' as const, entry })),
        ...checkpoints.map((entry) => ({ type: 'checkpoint' as const, entry })),
        ...experiments.map((entry) => ({ type: 'experiment' as const, entry })),
      ];
      this.storage = await ask.data((api) => api.storage());
    });
  }
}

export const library = new Library();
