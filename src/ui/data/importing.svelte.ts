/** Files on their way into the library: previewed, corrected by the user, then imported one after the other. */
import type { LineError } from '../../formats/records';
import type { Checkpoint, Dataset, DatasetKind } from '../../storage/entries';
import type { FilePreview } from '../../../workers/protocol';
import { ask, library, studio } from '../studio.svelte';
import { problems } from '../problems.svelte';
import { arrange, bareName, takeModelZips, type CheckpointFolder } from './arrange-files';

export type CandidateState = 'previewing' | 'ready' | 'waiting' | 'importing' | 'question' | 'done' | 'failed';

/** A file that may become a data set. */
export class FileCandidate {
  readonly type = 'file';
  state = $state<CandidateState>('previewing');
  preview = $state.raw<FilePreview>();
  kind = $state<DatasetKind>();
  name = $state('');
  /** The collection or queries that it is added to; a new data set where there is none. */
  appendTo = $state<string>();
  progress = $state.raw({ records: 0, bytesRead: 0, totalBytes: 0 });
  badLines = $state(0);
  /** The first 20. */
  errors = $state.raw<LineError[]>([]);
  error = $state<string>();
  dataset = $state.raw<Dataset>();
  cancelled = false;

  constructor(
    readonly id: number,
    readonly file: File,
  ) {
    this.name = bareName(file.name);
  }
}

/** The files of a model that may become a checkpoint. */
export class CheckpointCandidate {
  readonly type = 'checkpoint';
  state = $state<CandidateState>('ready');
  name = $state('');
  error = $state<string>();
  checkpoint = $state.raw<Checkpoint>();

  constructor(
    readonly id: number,
    readonly folder: CheckpointFolder,
  ) {
    this.name = folder.name;
  }

  get bytes(): number {
    return this.folder.files.reduce((sum, file) => sum + file.size, 0);
  }
}

export type Candidate = FileCandidate | CheckpointCandidate;

class Importing {
  candidates = $state.raw<Candidate[]>([]);
  #next = 0;
  busy = $state(false);

  /** How many could be imported now. */
  ready = $derived(this.candidates.filter((one) => one.state === 'ready' && (one.type === 'checkpoint' || one.kind)));

  async add(files: File[]): Promise<void> {
    const { checkpoints: zips, rest } = await takeModelZips(files);
    const { checkpoints, others } = arrange(rest);
    const fresh = others.map((file) => new FileCandidate(this.#next++, file));
    const folders = [...zips, ...checkpoints].map((folder) => new CheckpointCandidate(this.#next++, folder));
    this.candidates = [...this.candidates.filter((one) => one.state !== 'done'), ...folders, ...fresh];
    for (const candidate of fresh) {
      try {
        candidate.preview = await ask.data((api) => api.preview(candidate.file, candidate.file.name));
        candidate.kind = candidate.preview.kind;
      } catch (error) {
        candidate.preview = { reason: messageOf(error), sample: [] };
      }
      candidate.state = 'ready';
    }
  }

  remove(candidate: Candidate): void {
    this.candidates = this.candidates.filter((one) => one !== candidate);
  }

  async importAll(): Promise<void> {
    for (const one of this.ready) one.state = 'waiting';
    if (this.busy) return;
    this.busy = true;
    try {
      for (;;) {
        const next = this.candidates.find((one) => one.state === 'waiting');
        if (!next) break;
        await (next.type === 'file' ? this.#importFile(next) : this.#importCheckpoint(next));
        await library.refresh();
      }
    } finally {
      this.busy = false;
    }
  }

  /** Stops an import; what it had stored is rolled back by the worker. */
  cancel(candidate: FileCandidate): void {
    candidate.cancelled = true;
    if (candidate.state === 'question') void this.answer(candidate, false);
    if (candidate.state === 'waiting') candidate.state = 'ready';
  }

  async answer(candidate: FileCandidate, goOn: boolean): Promise<void> {
    if (goOn) candidate.state = 'importing';
    else candidate.cancelled = true;
    await problems.watch('Answering the import', () => ask.data((api) => api.answerImport(goOn)));
  }

  async #importFile(candidate: FileCandidate): Promise<void> {
    const { kind, name, file } = candidate;
    if (!kind) return;
    const appendTo = placesFor(kind).find((one) => one.id === candidate.appendTo)?.id;
    candidate.state = 'importing';
    candidate.cancelled = false;
    candidate.error = undefined;
    try {
      const request = { kind, name: name.trim() || bareName(file.name), file, fileName: file.name, appendTo };
      for await (const event of studio.data.read(studio.data.api.importDataset(request))) {
        candidate.badLines = event.badLines;
        candidate.errors = event.errors.slice(0, 20);
        if (event.type === 'progress') candidate.progress = event;
        if (event.type === 'question') candidate.state = 'question';
        if (event.type === 'done') {
          candidate.dataset = event.dataset;
          candidate.state = 'done';
        }
        if (candidate.cancelled && event.type !== 'done') break;
      }
      if (!candidate.dataset) candidate.state = 'ready';
    } catch (error) {
      // An import that the user stopped is no failure.
      candidate.state = candidate.cancelled ? 'ready' : 'failed';
      if (!candidate.cancelled) candidate.error = messageOf(error);
    }
  }

  async #importCheckpoint(candidate: CheckpointCandidate): Promise<void> {
    candidate.state = 'importing';
    try {
      const files = candidate.folder.files.map((file) => ({ name: file.name, file }));
      const name = candidate.name.trim() || candidate.folder.name;
      candidate.checkpoint = await ask.data((api) => api.importCheckpoint(name, files));
      candidate.state = 'done';
    } catch (error) {
      candidate.state = 'failed';
      candidate.error = messageOf(error);
    }
  }
}

export const importing = new Importing();

/** The data sets that a file of this kind can be added to. */
export function placesFor(kind: DatasetKind | undefined): Dataset[] {
  return kind === 'collection' || kind === 'queries' ? library.of(kind) : [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
