/** Where the files of an ONNX model come from: the hub, or a folder of the user's. */
import { hubAt, offline, request } from '../../hub/hub';
import { HubError } from '../../hub/hub-error';
import { parseModelId } from '../../hub/model-id';
import type { Precision } from '../request';

export interface ModelFiles {
  /** The model's name, for errors. */
  name: string;
  /** A file by its path in the repository (`onnx/model.onnx`); undefined if there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Bytes of a file that have come. */
export interface Arriving {
  file: string;
  bytes: number;
  /** 0 where the server does not say. */
  of: number;
}

/** Of the browser's Cache API: what was downloaded once is there offline. */
export const CACHE_NAME = 'rerank-studio-onnx';

export interface HubOptions {
  signal: AbortSignal;
  tell: (arriving: Arriving) => void;
  /** A mirror of the hub, in its place. */
  url?: string;
}

/**
 * A model's files on the hub, kept in the browser's cache.
 * @param id `OWNER/NAME`, with `@REVISION` or without
 * @throws an error if `id` is none; `read` throws HubError if the model is not there, or the network is not
 */
export function hubFiles(id: string, { signal, tell, url }: HubOptions): ModelFiles {
  const model = parseModelId(id);
  if (!model?.model.includes('/'))
    throw new Error(`model: expected a hub id such as cross-encoder/ms-marco-MiniLM-L6-v2, found “${id}”`);
  const hub = hubAt(url);
  return {
    name: id,
    async read(path) {
      const address = `${hub.url}/${model.model}/resolve/${encodeURIComponent(model.revision ?? 'main')}/${path}`;
      // Private windows may have no cache: the model is then downloaded each time.
      const cache = await globalThis.caches?.open(CACHE_NAME).catch(() => undefined);
      const cached = await cache?.match(address);
      if (cached) return new Uint8Array(await cached.arrayBuffer());
      const response = await request(hub, address, model, { signal }).catch((error: unknown) => {
        // Every model has a config: where another file is not found, the model lacks it.
        const lacks = error instanceof HubError && (error.trouble === 'unknown' || error.trouble === 'unreadable');
        if (lacks && path !== 'config.json') return undefined;
        throw error;
      });
      if (!response) return undefined;
      const bytes = await arrived(response, (bytes, of) => tell({ file: path, bytes, of })).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw offline(hub, model, cause);
      });
      // Without room for it the model works all the same, this time.
      const headers = { 'Content-Length': String(bytes.length) };
      await cache?.put(address, new Response(bytes, { headers })).catch(() => {});
      return bytes;
    },
  };
}

async function arrived(
  response: Response,
  tell: (bytes: number, of: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  // Of a compressed body the header counts other bytes than arrive here.
  const of = response.headers.get('Content-Encoding') ? 0 : Number(response.headers.get('Content-Length') ?? 0);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of response.body!) {
    parts.push(part);
    size += part.length;
    tell(size, of);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Endings of the file of each precision, as transformers.js names them. */
const ENDINGS: Record<Precision, string> = { fp32: '', fp16: '_fp16', q8: '_quantized' };

/** `onnx/model_fp16.onnx`. */
export const modelPath = (precision: Precision) => `onnx/model${ENDINGS[precision]}.onnx`;

/** A file of a folder that was picked, with its path below that folder. */
export interface FolderFile {
  path: string;
  file: Blob;
}

/**
 * A folder's files, whether the model lies at its top or in `onnx/`; a single .onnx file is the model whatever its name.
 * @throws an error naming what the folder lacks
 */
export function folderFiles(name: string, files: readonly FolderFile[], precision: Precision): ModelFiles {
  const models = files.filter(({ path }) => path.endsWith('.onnx'));
  const wanted = modelPath(precision);
  const [, fileName] = wanted.split('/');
  const model =
    models.find(({ path }) => path === wanted) ??
    models.find(({ path }) => path === fileName) ??
    (models.length === 1 ? models[0] : undefined);
  if (!model) {
    const found = models.map(({ path }) => path).join(', ') || 'no .onnx file';
    throw new Error(`${name}: expected ${wanted} or ${fileName}, found ${found}`);
  }
  const folder = model.path.split('/').slice(0, -1);
  return {
    name,
    async read(path) {
      if (path === wanted) return bytesOf(model.file);
      // Beside the model, or one folder up where the model lies in onnx/.
      const places = [[...folder, path].join('/'), [...folder.slice(0, -1), path].join('/'), path];
      const found = files.find((file) => places.includes(file.path));
      return found && bytesOf(found.file);
    },
  };
}

const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

/** What makes a folder the same one next time: names and sizes of what a model is made of. */
export function fingerprintOf(files: readonly FolderFile[]): string {
  return files
    .filter(({ path }) => /\.(onnx|json)$/.test(path))
    .map(({ path, file }) => `${path}:${file.size}`)
    .sort()
    .join(' ');
}
