/** Checkpoints from the hub: found in the library, or downloaded, checked and stored as one. */
import { readConfig } from '../models/config';
import { describeModel } from '../hub/describe-model';
import { beginDownload, fetchDownload, hasWeights, newDownload, type ModelFile } from '../hub/download';
import { totalBytes } from '../hub/download-sizes';
import type { Hub } from '../hub/hub';
import { formatModelId, parseModelId, type ModelId } from '../hub/model-id';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';
import { importCheckpoint } from './import-checkpoint';
import type { Progress } from './progress';
import { storedFromHub } from './stored-from-hub';

export type HubEvent = Progress | { type: 'done'; checkpoint: Checkpoint };

/** What a download would bring, before anything is fetched. */
export interface HubOffer {
  /** As it is written in recipes. */
  reference: string;
  commit: string;
  licence?: string;
  gated: boolean;
  parameters?: number;
  /** To be fetched in all. */
  bytes: number;
  /** The checkpoint, where it is stored already. */
  stored?: string;
}

/** @throws Error saying how ids look. */
export function modelIdOf(reference: string): ModelId {
  const id = parseModelId(reference);
  if (id) return id;
  throw new Error(
    `"${reference}": expected the id of a model, OWNER/NAME or OWNER/NAME@REVISION, found something else`,
  );
}

/** Looks a model up, on the hub unless it is stored. @throws HubError. */
export async function offerOf(library: Library, hub: Hub, id: ModelId): Promise<HubOffer> {
  const reference = formatModelId(id);
  const stored = await storedFromHub(library, id);
  if (stored?.hub) {
    const { commit, licence } = stored.hub;
    return { reference, commit, ...(licence ? { licence } : {}), gated: false, bytes: 0, stored: stored.id };
  }
  const model = await describeModel(hub, id);
  const { commit, licence, gated, parameters } = model;
  const bytes = gated ? 0 : totalBytes(await newDownload(hub, model, reference));
  return { reference, commit, gated, bytes, ...(licence ? { licence } : {}), ...(parameters ? { parameters } : {}) };
}

/**
 * Finds a model of the hub in the library, or downloads it and stores it as a checkpoint of its id's name. What was downloaded before a
 * break is not fetched again; leaving the loop keeps it.
 * @throws HubError, FormatError, StorageFullError, each naming the model or file and saying what to do.
 */
export async function* importFromHub(
  library: Library,
  hub: Hub,
  id: ModelId,
  signal: AbortSignal,
): AsyncGenerator<HubEvent, void, void> {
  const stored = await storedFromHub(library, id);
  if (stored) {
    yield { type: 'done', checkpoint: stored };
    return;
  }
  const download = await beginDownload(library, hub, id, signal);
  try {
    const files = yield* fetchDownload(library, hub, download, signal, (texts) =>
      checkConfig(download.reference, texts),
    );
    yield { type: 'progress', what: `storing ${download.reference}`, done: 0, total: 0 };
    const { reference: name, hub: origin } = download;
    const checkpoint = await importCheckpoint(library, name, files, { source: name, hub: origin });
    await library.discardDownload(download.id);
    yield { type: 'done', checkpoint };
  } catch (error) {
    if (!(await hasWeights(library, download.id))) await library.discardDownload(download.id);
    throw error;
  }
}

/** Looks at a model before its weights are fetched. @throws Error when its architecture is not supported. */
async function checkConfig(reference: string, texts: readonly ModelFile[]): Promise<void> {
  const config = await texts.find(({ name }) => name === 'config.json')?.file.text();
  try {
    readConfig(JSON.parse(config ?? 'null'));
  } catch (error) {
    throw new Error(`${reference}: ${(error as Error).message}`, { cause: error });
  }
}
