/** What is stored, and what is deleted. */
import type { ExperimentEvent } from '../../src/experiments/events';
import type { Library } from '../../src/storage/library';
import type { EntriesApi } from '../protocol';

export function entriesApi(opened: Promise<Library>): EntriesApi {
  return {
    async datasets() {
      const library = await opened;
      return [...(await library.datasets()), ...(await library.unfinishedImports())];
    },
    checkpoints: async () => (await opened).checkpoints(),
    experiments: async () => (await opened).experiments(),
    experimentLog: async (id) => (await (await opened).readLog(id)) as ExperimentEvent[],
    storage: async () => (await opened).storageReport(),
    persist: async () => (await opened).persist(),
    remove: async (entry, id) => (await opened).remove(entry, id),
    restore: async (entry, id) => (await opened).restore(entry, id),
    purge: async () => (await opened).purgeDeleted(),
    deleted: async () => (await opened).deleted(),
  };
}
