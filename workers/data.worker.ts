/** The data worker: imports, browsing, measures, checkpoints in and out. */
import * as Comlink from 'comlink';
import { evaluateStored } from '../src/experiments/evaluate-stored';
import { exportCheckpoint, importCheckpoint } from '../src/experiments/checkpoint-files';
import { installDemo } from '../src/experiments/demo-data';
import { preprocess } from '../src/experiments/preprocess';
import { openLibrary } from '../src/storage/open-library';
import type { Dataset } from '../src/storage/entries';
import { browse } from './data/browse';
import { exportDataset } from './data/export-dataset';
import { importEvents, type Question } from './data/import-events';
import { previewFile } from './data/preview';
import type { DataApi } from './protocol';
import { pushed } from './stream';

const opened = openLibrary();
const question: Question = {};

async function datasetOf(id: string): Promise<Dataset> {
  const dataset = await (await opened).dataset(id);
  if (!dataset) throw new Error(`data set ${id}: not in the library; it was deleted, perhaps in another tab`);
  return dataset;
}

/** A file of the embedded demo, which lies beside the page. */
async function fetchDemo(path: string): Promise<Blob> {
  // The worker's script lies one folder below the page, as source and as built.
  const response = await fetch(new URL(`../demo/${path}`, self.location.href));
  if (!response.ok) throw new Error(`the demo's ${path} cannot be loaded (HTTP ${response.status})`);
  return response.blob();
}

const api: DataApi = {
  datasets: async () => {
    const library = await opened;
    return [...(await library.datasets()), ...(await library.unfinishedImports())];
  },
  checkpoints: async () => (await opened).checkpoints(),
  experiments: async () => (await opened).experiments(),
  experimentLog: async (id) => (await (await opened).readLog(id)) as Awaited<ReturnType<DataApi['experimentLog']>>,
  async storage() {
    const { usage = 0, quota = 0, persisted } = await (await opened).storageReport();
    return { usage, quota, persisted };
  },
  persist: async () => (await opened).persist(),
  preview: previewFile,
  async importDataset(request) {
    const library = await opened;
    return pushed((signal) => importEvents(library, request, question, signal));
  },
  async answerImport(goOn) {
    question.answer?.(goOn);
  },
  browse: async (id, offset, limit, search) => browse(await opened, await datasetOf(id), offset, limit, search),
  async texts(id, ids) {
    const texts = await (await opened).texts(id).texts(ids);
    return ids.map((document, i) => ({ id: document, text: texts[i]! }));
  },
  judgements: async (qrels, query) => Object.fromEntries(await (await opened).readJudgements(qrels, query)),
  async preprocess(request) {
    const library = await opened;
    return pushed(() => preprocess(library, request));
  },
  exportDataset: async (id) => exportDataset(await opened, await datasetOf(id)),
  importCheckpoint: async (name, files, source) => importCheckpoint(await opened, name, files, source),
  async exportCheckpoint(id) {
    const library = await opened;
    const checkpoint = await library.checkpoint(id);
    if (!checkpoint) throw new Error(`checkpoint ${id}: not in the library; it was deleted, perhaps in another tab`);
    return exportCheckpoint(library, checkpoint);
  },
  evaluate: async (request) => evaluateStored(await opened, request),
  async installDemo() {
    const library = await opened;
    return pushed((signal) => installDemo(library, fetchDemo, signal));
  },
  remove: async (entry, id) => (await opened).remove(entry, id),
  restore: async (entry, id) => (await opened).restore(entry, id),
  rollbackImport: async (id) => (await opened).rollbackImport(id),
  purge: async () => (await opened).purgeDeleted(),
  deleted: async () => (await opened).deleted(),
};

Comlink.expose(api);
