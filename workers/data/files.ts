/** Files in and out. */
import { installDemo } from '../../src/experiments/demo-data';
import { exportCheckpoint } from '../../src/experiments/export-checkpoint';
import { importCheckpoint } from '../../src/experiments/import-checkpoint';
import { NotStoredError } from '../../src/storage/errors';
import type { Library } from '../../src/storage/library';
import type { FilesApi } from '../protocol';
import { pushed } from '../stream';
import { storedDataset } from './contents';
import { exportDataset } from './export-dataset';
import { exportProject } from './export-project';
import { importEvents, type Question } from './import-events';
import { previewFile } from './preview';

/** A file of the embedded demo, which lies beside the page. */
async function fetchDemo(path: string): Promise<Blob> {
  // The worker's script lies one folder below the page, as source and as built.
  const response = await fetch(new URL(`../demo/${path}`, self.location.href));
  if (!response.ok) throw new Error(`the demo's ${path} cannot be loaded (HTTP ${response.status})`);
  return response.blob();
}

export function filesApi(opened: Promise<Library>): FilesApi {
  const question: Question = {};
  return {
    preview: previewFile,
    async importDataset(request) {
      const library = await opened;
      return pushed((signal) => importEvents(library, request, question, signal));
    },
    async answerImport(goOn) {
      question.answer?.(goOn);
    },
    rollbackImport: async (id) => (await opened).rollbackImport(id),
    exportDataset: async (id) => exportDataset(await opened, await storedDataset(await opened, id)),
    importCheckpoint: async (name, files, source) =>
      importCheckpoint(await opened, name, files, source === undefined ? {} : { source }),
    async exportCheckpoint(id, format) {
      const library = await opened;
      const checkpoint = await library.checkpoint(id);
      if (!checkpoint) throw new NotStoredError('checkpoint', id);
      return exportCheckpoint(library, checkpoint, format);
    },
    async exportProject(request) {
      const library = await opened;
      return pushed((signal) => exportProject(library, request, signal));
    },
    async installDemo() {
      const library = await opened;
      return pushed((signal) => installDemo(library, fetchDemo, signal));
    },
  };
}
