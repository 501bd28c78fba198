/** Models of the hub. */
import { importFromHub, modelIdOf, offerOf } from '../../src/experiments/import-from-hub';
import { hubAt } from '../../src/hub/hub';
import type { Library } from '../../src/storage/library';
import type { HubApi } from '../protocol';
import { pushed } from '../stream';

export function hubApi(opened: Promise<Library>): HubApi {
  const running = new Map<string, AbortController>();
  return {
    lookUpModel: async (reference, hub) => offerOf(await opened, hubAt(hub), modelIdOf(reference)),
    async downloadModel(reference, hub) {
      const library = await opened;
      const id = modelIdOf(reference);
      const controller = new AbortController();
      running.set(reference, controller);
      return pushed((signal) => importFromHub(library, hubAt(hub), id, AbortSignal.any([signal, controller.signal])));
    },
    async cancelDownload(reference) {
      running.get(reference)?.abort();
    },
    downloads: async () => (await opened).downloads(),
    discardDownload: async (id) => (await opened).discardDownload(id),
  };
}
