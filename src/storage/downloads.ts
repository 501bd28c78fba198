/**
 * Models on their way from the hub. What has arrived of a file is kept in pieces, each stored as it comes, so that a closed tab
 * or a lost network costs the piece in progress and no more.
 */
import type { RandomAccess } from '../formats/random-access';
import { claim, claimed } from './claims';
import { type Connection, startingWith } from './connection';
import { newestFirst } from './datasets';
import type { Download, DownloadedFile } from './entries';
import { NotStoredError } from './errors';

const ownerOf = (id: string, file: string) => `download:${id}:${file}`;
const claimOf = (id: string) => `download:${id}`;

/** See `Library.downloads`. */
export async function downloads(connection: Connection): Promise<Download[]> {
  return newestFirst(await connection.db.getAll('downloads'));
}

/** See `Library.beginDownload`. */
export async function beginDownload(connection: Connection, download: Download): Promise<Download> {
  return connection.write(['downloads'], async (transaction) => {
    const store = transaction.objectStore('downloads');
    const begun = await store.get(download.id);
    if (begun) return begun;
    await store.put(download, download.id);
    return download;
  });
}

/** Changes one file's entry and its pieces in one transaction. @throws NotStoredError when the download was discarded. */
async function changeFile(
  connection: Connection,
  id: string,
  name: string,
  change: (file: DownloadedFile) => { put?: Uint8Array },
): Promise<void> {
  await connection.write(['downloads', 'chunks'], async (transaction) => {
    const store = transaction.objectStore('downloads');
    const chunks = transaction.objectStore('chunks');
    const download = await store.get(id);
    const file = download?.files.find((candidate) => candidate.name === name);
    if (!download || !file) throw new NotStoredError('download', id);
    const number = file.pieces.length;
    const { put } = change(file);
    await Promise.all([
      put ? chunks.put(put, [ownerOf(id, name), number]) : chunks.delete(startingWith(ownerOf(id, name))),
      store.put(download, id),
    ]);
  });
}

/** See `Library.appendToDownload`. */
export async function appendToDownload(connection: Connection, id: string, name: string, piece: Uint8Array) {
  await changeFile(connection, id, name, (file) => {
    file.pieces.push(piece.length);
    return { put: piece };
  });
}

/** See `Library.restartDownload`. */
export async function restartDownload(connection: Connection, id: string, name: string) {
  await changeFile(connection, id, name, (file) => {
    file.pieces = [];
    return {};
  });
}

/** See `Library.downloadedFile`. */
export async function downloadedFile(connection: Connection, id: string, name: string): Promise<RandomAccess> {
  const download = await connection.db.get('downloads', id);
  const file = download?.files.find((candidate) => candidate.name === name);
  if (!file) throw new NotStoredError('downloaded file', `${id}/${name}`);
  return new PiecesReader(connection, ownerOf(id, name), file.pieces).whole();
}

/** See `Library.discardDownload`. */
export async function discardDownload(connection: Connection, id: string): Promise<void> {
  await connection.write(['downloads', 'chunks'], async (transaction) => {
    const store = transaction.objectStore('downloads');
    const download = await store.get(id);
    await Promise.all([
      store.delete(id),
      ...(download?.files ?? []).map(({ name }) =>
        transaction.objectStore('chunks').delete(startingWith(ownerOf(id, name))),
      ),
    ]);
  });
}

/** See `Library.claimDownload`. */
export async function claimDownload(id: string): Promise<(() => void) | undefined> {
  return (await claimed())(claimOf(id)) ? undefined : claim(claimOf(id));
}

/** Reads a file's pieces, holding the one that was read last. */
class PiecesReader {
  #held?: { number: number; piece: Uint8Array };
  readonly #begins: number[];
  readonly #size: number;

  constructor(
    private readonly connection: Connection,
    private readonly owner: string,
    pieces: readonly number[],
  ) {
    let size = 0;
    this.#begins = pieces.map((bytes) => (size += bytes) - bytes);
    this.#size = size;
  }

  whole(): RandomAccess {
    return this.#part(0, this.#size);
  }

  #part(begin: number, end: number): RandomAccess {
    const read = () => this.#read(begin, end);
    return {
      size: end - begin,
      slice: (from, to) => this.#part(Math.min(begin + from, end), Math.min(begin + to, end)),
      arrayBuffer: async () => (await read()).buffer,
      text: async () => new TextDecoder().decode(await read()),
    };
  }

  async #read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.max(0, end - begin));
    let number = this.#begins.findLastIndex((first) => first <= begin);
    for (let at = begin; at < end; number++) {
      const piece = await this.#piece(number);
      const part = piece.subarray(at - this.#begins[number]!, end - this.#begins[number]!);
      bytes.set(part, at - begin);
      at += part.length;
    }
    return bytes;
  }

  async #piece(number: number): Promise<Uint8Array> {
    if (this.#held?.number === number) return this.#held.piece;
    const piece = await this.connection.db.get('chunks', [this.owner, number]);
    if (!piece) throw new NotStoredError('piece', `${number} of ${this.owner}`);
    this.#held = { number, piece };
    return piece;
  }
}
