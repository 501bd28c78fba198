/** What the references of a recipe (names, paths, hub ids) mean: which stored entry, which small file. */
import { looksLikeModelId, parseModelId } from '../hub/model-id';
import type { Checkpoint, Dataset, DatasetKind } from '../storage/entries';
import type { Library } from '../storage/library';
import { storedFromHub } from './stored-from-hub';

/** Given with a recipe where its references are not the names of stored entries. */
export interface References {
  /** `kind:reference` → id of a data set or (kind `checkpoint`) of a checkpoint. */
  sources: Record<string, string>;
  /** Reference → text of a small file: a head, explicit batches. */
  texts: Record<string, string>;
}

/** @throws Error naming the reference, and what is there instead. */
export async function findDataset(
  library: Library,
  { sources }: References,
  kind: DatasetKind,
  reference: string,
): Promise<Dataset> {
  const id = sources[`${kind}:${reference}`];
  const found = id === undefined ? await library.datasetNamed(kind, reference) : await library.dataset(id);
  if (found) return found;
  const stored = (await library.datasets(kind)).map(({ name }) => name);
  throw new Error(
    `data.${kind}: there is no ${kind} named "${reference}"; ` +
      (stored.length ? `stored are ${stored.join(', ')}` : `none is stored yet: import one on the Data page`),
  );
}

/** A checkpoint by id, the newest finished one of a name, or the one that a model of the hub was downloaded as. @throws Error naming what is there instead. */
export async function findCheckpoint(
  library: Library,
  { sources }: References,
  reference: string,
): Promise<Checkpoint> {
  const id = sources[`checkpoint:${reference}`] ?? reference;
  const byId = await library.checkpoint(id);
  if (byId) return byId;
  const finished = (await library.checkpoints()).filter((checkpoint) => checkpoint.finished);
  const named = finished.find(({ name, source }) => name === reference || source === reference);
  if (named) return named;
  const model = looksLikeModelId(reference) ? parseModelId(reference) : undefined;
  const downloaded = model && (await storedFromHub(library, model));
  if (downloaded) return downloaded;
  const names = finished.map(({ name }) => name).join(', ') || 'none';
  const way = model ? 'download it, import its folder,' : 'import its folder,';
  throw new Error(`there is no checkpoint "${reference}" (stored: ${names}): ${way} or name one of these`);
}

/** @throws Error naming the file when its text was not handed over or is not JSON. */
export function jsonFile({ texts }: References, path: string): unknown {
  const text = texts[path];
  if (text === undefined) throw new Error(`${path}: this file was not handed over with the recipe`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}
