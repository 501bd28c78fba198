/** Models of the hub: the part of the data worker that needs a network, and nothing else does. */
import type { HubEvent, HubOffer } from '../../src/experiments/import-from-hub';
import type { Download } from '../../src/storage/entries';
import type { Stream } from '../stream';

export type { HubEvent, HubOffer };

export interface HubApi {
  /**
   * What downloading a model would bring; of a stored one without a request.
   * @param reference `OWNER/NAME` or `OWNER/NAME@REVISION`.
   * @param hub address of a mirror, in place of huggingface.co.
   */
  lookUpModel(reference: string, hub?: string): Promise<HubOffer>;
  /** Finds a model in the library, or downloads it and stores it as a checkpoint. Leaving the loop keeps what has arrived. */
  downloadModel(reference: string, hub?: string): Promise<Stream<HubEvent>>;
  /** Stops what `downloadModel` began for that reference, if it goes on here; what has arrived is kept. */
  cancelDownload(reference: string): Promise<void>;
  /** Those that were broken off, or go on in some tab. */
  downloads(): Promise<Download[]>;
  /** Frees what there is of a download. */
  discardDownload(id: string): Promise<void>;
}
