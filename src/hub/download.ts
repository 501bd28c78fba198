/**
 * Downloads a model into the library: piece by piece, so that it can be broken off at any time and goes on where it was.
 *
 *   nothing ─ describe, choose files ─▶ begun ─ fetch pieces, again and again ─▶ all there ─ check ─▶ files to import
 */
import type { RandomAccess } from '../formats/random-access';
import type { Download, DownloadedFile } from '../storage/entries';
import type { Library } from '../storage/library';
import { chooseFiles } from './choose-files';
import { describeModel, type HubModel } from './describe-model';
import { bytesStored, downloadedBytes, totalBytes } from './download-sizes';
import { BrokenOffError, fileBytes, fileUrl } from './file-bytes';
import { gated, offline, request, type Hub } from './hub';
import { HubError } from './hub-error';
import { formatModelId, type ModelId } from './model-id';
import { remainingTime } from './remaining-time';
import { sleep } from './sleep';
import { Sha256 } from '../formats/sha256';

/** What is stored at a time; the library bounds a value at 32 MiB. A closed tab loses at most this much. */
const PIECE_BYTES = 8 << 20;
/** Broken connections one after another, without a byte between, until it is given up. */
const MAX_FAILURES = 4;
const TELL_EVERY_MS = 250;

export interface DownloadProgress {
  type: 'progress';
  what: string;
  /** Bytes. */
  done: number;
  total: number;
  unit: 'bytes';
  /** Milliseconds; absent while it cannot be told. */
  remainingMs?: number;
}

export interface ModelFile {
  name: string;
  file: RandomAccess;
}

/**
 * Finds what there is of a download, or begins it: its files are known afterwards, and nothing of them is fetched.
 * @throws HubError when there is no such model, its terms must be accepted, or it has nothing that can be read.
 */
export async function beginDownload(library: Library, hub: Hub, id: ModelId, signal: AbortSignal): Promise<Download> {
  const reference = formatModelId(id);
  const begun = (await library.downloads()).find((download) => download.reference === reference);
  if (begun) return begun;
  const model = await describeModel(hub, id, signal);
  if (model.gated) throw gated(hub, id);
  return library.beginDownload(await newDownload(hub, model, reference, signal));
}

/** A download of which nothing has arrived yet. */
export async function newDownload(
  hub: Hub,
  model: HubModel,
  reference: string,
  signal?: AbortSignal,
): Promise<Download> {
  const readJson = async (file: string) => (await request(hub, fileUrl(hub, model, file), model, { signal })).json();
  const { texts, weights } = await chooseFiles(model, readJson);
  const { model: name, revision, commit, licence } = model;
  return {
    id: `${name}@${commit}`,
    reference,
    hub: { model: name, commit, ...(revision ? { revision } : {}), ...(licence ? { licence } : {}) },
    files: [...texts, ...weights].map((file) => ({ ...file, pieces: [] })),
    createdAt: Date.now(),
  };
}

/**
 * Fetches what is missing of a download and checks it. Leaving the loop, or aborting, keeps what has arrived.
 * @param accept looks at the small files before the large ones are fetched, and throws where they are of no use.
 * @returns the files, once all of them are there.
 * @throws HubError: offline (what has arrived is kept), refused, damaged (what is damaged is thrown away), full, busy.
 */
export async function* fetchDownload(
  library: Library,
  hub: Hub,
  { id }: Download,
  signal: AbortSignal,
  accept: (texts: readonly ModelFile[]) => Promise<void> = async () => {},
): AsyncGenerator<DownloadProgress, ModelFile[], void> {
  const release = await library.claimDownload(id);
  if (!release) throw new HubError('busy', `${id}: another tab downloads it: wait for that, or close it`);
  try {
    // As it is now: another tab may have gone on with it.
    const download = (await library.downloads()).find((entry) => entry.id === id);
    if (!download) throw new Error(`${id}: the download was discarded`);
    await checkRoom(library, download);
    const texts = download.files.filter(isSmall);
    const large = download.files.filter((file) => !isSmall(file));
    yield* fetchAll(library, hub, download, texts, signal);
    await accept(await filesOf(library, id, texts));
    yield* fetchAll(library, hub, download, large, signal);
    yield* checkAll(library, download, signal);
    return await filesOf(library, id, download.files);
  } finally {
    release();
  }
}

/** Weights are large; what says how the model is made is looked at first. */
const isSmall = ({ name }: DownloadedFile) => !/\.(safetensors|bin)$/.test(name);

/** Whether anything has arrived that is worth going on from. */
export async function hasWeights(library: Library, id: string): Promise<boolean> {
  const download = (await library.downloads()).find((entry) => entry.id === id);
  return download?.files.some((file) => !isSmall(file) && bytesStored(file) > 0) ?? false;
}

const filesOf = (library: Library, id: string, files: readonly DownloadedFile[]): Promise<ModelFile[]> =>
  Promise.all(files.map(async ({ name }) => ({ name, file: await library.downloadedFile(id, name) })));

async function* fetchAll(
  library: Library,
  hub: Hub,
  download: Download,
  files: readonly DownloadedFile[],
  signal: AbortSignal,
): AsyncGenerator<DownloadProgress, void, void> {
  const total = totalBytes(download);
  let done = downloadedBytes(download);
  const timeFor = remainingTime(done);
  let told = 0;
  for (const file of files) {
    for await (const bytes of missingBytes(library, hub, download, file, signal)) {
      done += bytes;
      if (performance.now() - told < TELL_EVERY_MS) continue;
      told = performance.now();
      const remainingMs = timeFor(done, total);
      const what = `downloading ${download.reference}`;
      yield {
        type: 'progress',
        what,
        done,
        total,
        unit: 'bytes',
        ...(remainingMs === undefined ? {} : { remainingMs }),
      };
    }
  }
}

/** Fetches and stores what is missing of a file, over as many connections as it takes. Yields how many bytes arrived each time. */
async function* missingBytes(
  library: Library,
  hub: Hub,
  download: Download,
  file: DownloadedFile,
  signal: AbortSignal,
): AsyncGenerator<number, void, void> {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, file.bytes));
  let filled = 0;
  const store = async () => {
    if (filled === 0) return;
    const bytes = piece.slice(0, filled);
    filled = 0;
    await library.appendToDownload(download.id, file.name, bytes);
    file.pieces.push(bytes.length);
  };
  let failures = 0;
  try {
    while (bytesStored(file) + filled < file.bytes) {
      try {
        for await (const bytes of fileBytes(hub, download.hub, file, bytesStored(file) + filled, signal)) {
          failures = 0;
          for (let at = 0; at < bytes.length;) {
            const part = bytes.subarray(at, at + piece.length - filled);
            piece.set(part, filled);
            filled += part.length;
            at += part.length;
            if (filled === piece.length) await store();
          }
          yield bytes.length;
        }
      } catch (error) {
        if (!mayPass(error)) throw error;
        await store();
        if (++failures > MAX_FAILURES)
          throw error instanceof HubError && error.trouble === 'refused' ? error : stopped(hub, download, error);
        await sleep(hub.retryMs * 2 ** (failures - 1), signal);
      }
    }
  } finally {
    await store();
  }
}

/** Whether to try again after a while: a lost connection, a server that is busy. */
const mayPass = (error: unknown) =>
  error instanceof BrokenOffError || (error instanceof HubError && ['offline', 'refused'].includes(error.trouble));

/** Offline, with what is kept said. */
function stopped(hub: Hub, download: Download, cause: unknown): HubError {
  const percent = Math.floor((100 * downloadedBytes(download)) / totalBytes(download));
  const { message, trouble } = offline(hub, download.hub, cause);
  return new HubError(trouble, `${message}. What has arrived, ${percent}%, is kept: the download goes on from there`, {
    cause,
  });
}

/** @throws HubError with the browser's own figures when they say that it cannot hold the rest and the checkpoint made of it. */
async function checkRoom(library: Library, download: Download): Promise<void> {
  const { usage, quota } = await library.storageReport();
  if (usage === undefined || quota === undefined) return;
  const free = quota - usage;
  // Until it is stored as a checkpoint, both are there.
  const needed =
    totalBytes(download) -
    downloadedBytes(download) +
    totalBytes({ files: download.files.filter((file) => !isSmall(file)) });
  if (needed <= free) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new HubError(
    'full',
    `${download.reference}: needs ${megabytes(needed)} of the browser's storage while it is stored, found ${megabytes(free)} free ` +
      `(${megabytes(usage)} of ${megabytes(quota)} used): delete what you no longer need and empty the bin, or free space on the disk`,
  );
}

/** Compares each file that the hub gives a hash of. @throws HubError when one differs; it is thrown away then. */
async function* checkAll(
  library: Library,
  download: Download,
  signal: AbortSignal,
): AsyncGenerator<DownloadProgress, void, void> {
  const hashed = download.files.filter(({ sha256 }) => sha256 !== undefined);
  const total = totalBytes({ files: hashed });
  let done = 0;
  for (const { name, bytes, sha256 } of hashed) {
    const file = await library.downloadedFile(download.id, name);
    const hash = new Sha256();
    for (let at = 0; at < bytes; at += PIECE_BYTES) {
      signal.throwIfAborted();
      yield { type: 'progress', what: `checking ${download.reference}`, done: done + at, total, unit: 'bytes' };
      hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
    }
    done += bytes;
    const found = hash.digest();
    if (found === sha256) continue;
    await library.restartDownload(download.id, name);
    throw new HubError(
      'damaged',
      `${download.reference}: ${name}: expected SHA-256 ${sha256}, found ${found}: it was damaged on its way and thrown away; try again`,
    );
  }
}
