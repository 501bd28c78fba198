/** What is kept of ONNX models that were downloaded, in the browser's Cache API. */
import { CACHE_NAME } from './model-files';

export interface KeptModel {
  model: string;
  bytes: number;
}

const modelOf = (url: string) => new URL(url).pathname.slice(1).split('/resolve/')[0]!;

/** Models that are there without a network, the largest first. None where the browser has no cache. */
export async function keptModels(): Promise<KeptModel[]> {
  const cache = await globalThis.caches?.open(CACHE_NAME).catch(() => undefined);
  const bytesOf = new Map<string, number>();
  for (const request of (await cache?.keys()) ?? []) {
    const response = await cache!.match(request);
    const bytes = Number(response?.headers.get('Content-Length') ?? 0);
    const model = modelOf(request.url);
    bytesOf.set(model, (bytesOf.get(model) ?? 0) + bytes);
  }
  return [...bytesOf].map(([model, bytes]) => ({ model, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/** Frees a model's files; it is downloaded again when it is used again. */
export async function freeModel(model: string): Promise<void> {
  const cache = await globalThis.caches?.open(CACHE_NAME);
  for (const request of (await cache?.keys()) ?? []) if (modelOf(request.url) === model) await cache!.delete(request);
}
