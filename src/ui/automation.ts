/**
 * `window.rerankStudio`: the app's own workers, for a program to drive. The command line (`headless/`) is one such
 * program: it offers files by URL and receives what a verb writes by PUT, so that there is no second implementation.
 */
import type { EvaluationRequest, EvaluationResult } from '../experiments/evaluate-stored';
import type { ExperimentEvent } from '../experiments/events';
import type { CheckpointFormat } from '../experiments/exports/checkpoint-formats';
import type { PreprocessRequest } from '../experiments/preprocess';
import type { Preprocessed } from '../experiments/preprocessed';
import { looksLikeModelId } from '../hub/model-id';
import type { Checkpoint, Dataset, DatasetKind, Experiment } from '../storage/entries';
import type { StorageReport } from '../storage/library';
import type { Studio } from '../../workers/connect';
import type {
  Bm25RunRequest,
  DenseRequest,
  DeviceReport,
  FuseRequest,
  LateInteractionRequest,
  MineRequest,
  MinedDataset,
  RerankRequest,
  RunRequest,
} from '../../workers/protocol';
import { teachAutomation, type TeachAutomation } from './teach-automation';

/** A file that the driving program lets the page read. */
export interface OfferedFile {
  url: string;
  /** Shown in errors. */
  fileName: string;
  /** What makes it the same file next time: path, size and time of change. A stored data set made from it is used again. */
  identity: string;
}

/** A checkpoint: its id or name if stored, a model of the hub by its id, or the files of a folder (or a zip of them). */
export type CheckpointReference = string | { name: string; identity: string; files: OfferedFile[] };

/** What a verb tells while it works. */
export type AutomationEvent = ExperimentEvent;

export interface Automation extends TeachAutomation {
  open(backend?: 'webgpu' | 'wasm'): Promise<DeviceReport>;
  datasets(): Promise<Dataset[]>;
  checkpoints(): Promise<Checkpoint[]>;
  experiments(): Promise<Experiment[]>;
  /** Everything that an experiment told and that is worth keeping, in order. */
  experimentLog(experiment: string): Promise<ExperimentEvent[]>;
  /** The browser's own figures. */
  storage(): Promise<StorageReport>;
  /** Imports a file, or finds the data set that was made from it; returns its id. It is called as its file unless a name is given. */
  importFile(kind: DatasetKind, file: OfferedFile, name?: string): Promise<string>;
  /** Imports a checkpoint folder, downloads a model of the hub, or finds the stored one; returns its id. */
  importCheckpoint(reference: CheckpointReference): Promise<string>;
  /** Takes models from a mirror of the hub from now on. */
  useHub(url: string): Promise<void>;
  installDemo(): Promise<void>;
  preprocess(
    request: Pick<PreprocessRequest, 'evalShare' | 'seed' | 'name' | 'sample' | 'source'> &
      (
        | { dataset: 'rankgpt'; permutations: OfferedFile; retrieved: OfferedFile }
        | { dataset: 'colbert'; run: OfferedFile; depth?: number }
      ),
  ): Promise<{ train: string; evaluation?: string } & Pick<Preprocessed, 'lists' | 'skipped' | 'listed'>>;
  bm25(request: Bm25RunRequest): Promise<string>;
  rerank(request: RerankRequest): Promise<string>;
  lateInteraction(request: LateInteractionRequest): Promise<string>;
  dense(request: DenseRequest): Promise<string>;
  fuse(request: FuseRequest): Promise<string>;
  mine(request: MineRequest): Promise<MinedDataset>;
  evaluate(request: EvaluationRequest): Promise<EvaluationResult>;
  run(request: RunRequest): Promise<string>;
  resume(experiment: string): Promise<string>;
  /** Writes a stored data set in its usual format to the driving program. */
  writeDataset(dataset: string, path: string): Promise<void>;
  /** Writes the files of a stored checkpoint below `folder` (nothing: the output folder itself), as HF has them unless told otherwise. */
  writeCheckpoint(checkpoint: string, folder: string, format?: CheckpointFormat): Promise<void>;
  /** Writes an experiment as a Lightning IR project into the output folder. */
  writeProject(request: RunRequest): Promise<void>;
}

/** The file behind an offer. @throws when the driving program no longer offers it. */
async function fetchFile(file: OfferedFile): Promise<Blob> {
  const response = await fetch(file.url);
  if (!response.ok) throw new Error(`${file.fileName}: cannot be read (HTTP ${response.status})`);
  return response.blob();
}

async function put(path: string, body: Blob): Promise<void> {
  const response = await fetch(`/output/${path}`, { method: 'PUT', body });
  if (!response.ok) throw new Error(`${path}: cannot be written: ${await response.text()}`);
}

/**
 * The automation object over the page's own workers.
 * @param tell hears every event of every verb, in order.
 */
export function createAutomation(studio: Studio, tell: (event: AutomationEvent) => void): Automation {
  const { data, retrieval, ranker } = studio;

  /** Reads a stream to its `done` event, telling all others. @throws if it ends without one. */
  async function last<E extends { type: string }>(
    stream: AsyncIterable<E>,
    what: string,
  ): Promise<Extract<E, { type: 'done' }>> {
    for await (const event of stream) {
      if (event.type === 'done') return event as Extract<E, { type: 'done' }>;
      tell(event as unknown as AutomationEvent);
    }
    throw new Error(`${what}: ended without a result`);
  }

  async function importFile(kind: DatasetKind, file: OfferedFile, name = file.fileName): Promise<string> {
    const source = file.identity;
    const stored = (await data.api.datasets()).find(
      (entry) => entry.kind === kind && entry.source === source && entry.state === 'ready',
    );
    if (stored) return stored.id;
    const blob = await fetchFile(file);
    const events = data.read(data.api.importDataset({ kind, name, file: blob, fileName: file.fileName, source }));
    for await (const event of events) {
      if (event.type === 'progress') {
        tell({ type: 'progress', what: `importing ${file.fileName}`, done: event.bytesRead, total: event.totalBytes });
      } else {
        const first = event.errors[0];
        if (event.type === 'question') {
          await data.api.answerImport(false);
          throw new Error(
            `${first ? `${first.file}:${first.line}: ${first.reason}` : file.fileName}` +
              ` (${event.badLines} of the lines so far are bad, which is over 1%; is it a ${kind} file?)`,
          );
        }
        if (event.badLines > 0 && first) {
          const message = `${event.badLines} bad lines skipped, the first: ${first.file}:${first.line}: ${first.reason}`;
          tell({ type: 'note', message });
        }
        return event.dataset.id;
      }
    }
    throw new Error(`${file.fileName}: the import ended without a result`);
  }

  let hub: string | undefined;

  async function download(reference: string): Promise<string> {
    const steps = data.read(data.api.downloadModel(reference, hub));
    const { checkpoint } = await last(steps, reference).catch((error: Error) => {
      throw new Error(
        `${reference} is no folder and no stored checkpoint, and as a model of the hub: ${error.message}`,
      );
    });
    tellNotes(reference, checkpoint.notes);
    return checkpoint.id;
  }

  function tellNotes(name: string, notes: readonly string[] = []): void {
    for (const note of notes) tell({ type: 'note', message: `${name}: ${note}` });
  }

  return {
    ...teachAutomation(studio, { tell, fetchFile, put, hub: () => hub }),
    open: (backend) => ranker.api.open(backend),
    datasets: () => data.api.datasets(),
    checkpoints: () => data.api.checkpoints(),
    experiments: () => data.api.experiments(),
    experimentLog: (experiment) => data.api.experimentLog(experiment),
    storage: () => data.api.storage(),
    importFile,

    async importCheckpoint(reference) {
      const stored = (await data.api.checkpoints()).filter((entry) => entry.state === 'ready');
      if (typeof reference === 'string') {
        const found =
          stored.find((entry) => entry.id === reference) ??
          // Newest first.
          stored.find((entry) => entry.name === reference);
        if (found) return found.id;
        if (looksLikeModelId(reference)) return download(reference);
        const names = stored.map((entry) => entry.name).join(', ') || 'none';
        throw new Error(`checkpoint ${reference}: neither a folder nor a stored checkpoint (stored: ${names})`);
      }
      const same = stored.find((entry) => entry.source === reference.identity);
      if (same) return same.id;
      const files = await Promise.all(
        reference.files.map(async (file) => ({ name: file.fileName, file: await fetchFile(file) })),
      );
      tell({ type: 'progress', what: `importing ${reference.name}`, done: 0, total: 1 });
      const { id, notes } = await data.api.importCheckpoint(reference.name, files, reference.identity);
      tellNotes(reference.name, notes);
      return id;
    },

    async useHub(url) {
      hub = url;
    },

    async installDemo() {
      for await (const event of data.read(data.api.installDemo())) tell(event);
    },

    async preprocess(request) {
      const fetched = async (file: OfferedFile) => ({ name: file.fileName, data: await fetchFile(file) });
      const whole: PreprocessRequest =
        request.dataset === 'rankgpt'
          ? {
              ...request,
              permutations: await fetched(request.permutations),
              retrieved: await fetched(request.retrieved),
            }
          : { ...request, run: await fetched(request.run) };
      const done = await last(data.read(data.api.preprocess(whole)), 'preprocessing');
      const { train, evaluation, lists, skipped, listed } = done;
      return { train: train.id, evaluation: evaluation?.id, lists, skipped, listed };
    },

    async bm25(request) {
      return (await last(retrieval.read(retrieval.api.bm25Run(request)), 'BM25')).dataset.id;
    },

    async rerank(request) {
      return (await last(ranker.read(ranker.api.rerank(request)), 're-ranking')).dataset.id;
    },

    async lateInteraction(request) {
      return (await last(ranker.read(ranker.api.lateInteraction(request)), 'late interaction')).dataset.id;
    },

    async dense(request) {
      return (await last(ranker.read(ranker.api.dense(request)), 'dense retrieval')).dataset.id;
    },

    fuse: async (request) => (await data.api.fuse(request)).id,
    mine: (request) => data.api.mine(request),
    evaluate: (request) => data.api.evaluate(request),

    async run(request) {
      return (await last(ranker.read(ranker.api.run(request)), request.fileName)).experiment;
    },

    async resume(experiment) {
      return (await last(ranker.read(ranker.api.resume(experiment)), experiment)).experiment;
    },

    async writeDataset(dataset, path) {
      await put(path, await data.api.exportDataset(dataset));
    },

    async writeCheckpoint(checkpoint, folder, format) {
      const files = await data.api.exportCheckpoint(checkpoint, format);
      for (const { name, file } of files) await put(folder ? `${folder}/${name}` : name, file);
    },

    async writeProject(request) {
      const { files } = await last(data.read(data.api.exportProject(request)), request.fileName);
      for (const { name, file } of files) await put(name, file);
    },
  };
}
