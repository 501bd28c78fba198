/** Models of the hub. */
import { importFromHub, modelIdOf, offerOf } from '../../src/experiments/import-from-hub';
import { hubAt } from '../../src/hub/hub';
import type { Library } from '../../src/storage/library';
import type { HubApi } from '../protocol';
import { pushed } from '../stream';

export function hubApi(opened: Promise<Library>): HubApi {
  return {
    lookUpModel: async (reference, hub) => offerOf(await opened, hubAt(hub), modelIdOf(reference)),
    async downloadModel(reference, hub) {
      const library = await opened;
      const id = modelIdOf(reference);
      return pushed((signal) => importFromHub(library, hubAt(hub), id, signal));
    },
    downloads: async () => (await opened).downloads(),
    discardDownload: async (id) => (await opened).discardDownload(id),
  };
}
