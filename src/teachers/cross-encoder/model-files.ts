/** Where the files of an ONNX model come from: the hub, or a folder of the user's. */
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

const HUB = 'https://huggingface.co';
/** Of the browser's Cache API: what was downloaded once is there offline. */
export const CACHE_NAME = 'rerank-studio-onnx';
const HUB_ID = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

export interface HubOptions {
  signal: AbortSignal;
  tell: (arriving: Arriving) => void;
}

/**
 * A model's files on the hub, kept in the browser's cache.
 * @throws an error if `id` is none, the model is not there, or the network is not
 */
export function hubFiles(id: string, { signal, tell }: HubOptions): ModelFiles {
  if (!HUB_ID.test(id))
    throw new Error(`model: expected a hub id such as cross-encoder/ms-marco-MiniLM-L6-v2, found “${id}”`);
  return {
    name: id,
    async read(path) {
      const url = `${HUB}/${id}/resolve/main/${path}`;
      // Private windows have no cache: the model is then downloaded each time.
      const cache = await globalThis.caches?.open(CACHE_NAME).catch(() => undefined);
      const cached = await cache?.match(url);
      if (cached) return new Uint8Array(await cached.arrayBuffer());
      const response = await fetch(url, { signal, credentials: 'omit' }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new Error(`${id}: ${path} cannot be downloaded: is there a network, and may this page reach ${HUB}?`, {
          cause,
        });
      });
      if (response.status === 404) return undefined;
      if (response.status === 401 || response.status === 403)
        throw new Error(`${id}: the hub answered ${response.status}: there is no such model, or it is not public`);
      if (!response.ok)
        throw new Error(`${id}: ${path} cannot be downloaded (HTTP ${response.status}); try again later`);
      const bytes = await arrived(response, (bytes, of) => tell({ file: path, bytes, of }));
      // Without room for it the model works all the same, this time.
      await cache?.put(url, new Response(bytes)).catch(() => {});
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
