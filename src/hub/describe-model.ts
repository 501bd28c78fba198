/** What the hub says of a model before anything of it is downloaded. */
import { request, type Hub } from './hub';
import type { ModelId } from './model-id';

export interface HubFile {
  name: string;
  bytes: number;
  /** In hexadecimal digits; of large files only. */
  sha256?: string;
}

export interface HubModel extends ModelId {
  /** Which revision it is now: 40 hexadecimal digits. */
  commit: string;
  /** By its SPDX or the hub's own name: `apache-2.0`. */
  licence?: string;
  /** Whether its terms must be accepted by a person. */
  gated: boolean;
  /** Numbers that are trained, where the hub knows. */
  parameters?: number;
  /** Files at the top of the repository. */
  files: HubFile[];
}

/** @throws HubError when there is no such model or the hub cannot be reached. */
export async function describeModel(hub: Hub, id: ModelId, signal?: AbortSignal): Promise<HubModel> {
  // Of some use once, when a model is looked up: not part of what every worker loads.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const ask = { hubUrl: hub.url, fetch: asked(hub, id, signal) };
  const { name, sha, tags, gated, cardData, safetensors } = await modelInfo({
    ...ask,
    name: id.model,
    ...(id.revision === undefined ? {} : { revision: id.revision }),
    additionalFields: ['sha', 'tags', 'cardData', 'safetensors'],
  });
  const files: HubFile[] = [];
  for await (const { type, path, size, lfs } of listFiles({ ...ask, repo: name, revision: sha })) {
    if (type === 'file') files.push({ name: path, bytes: lfs?.size ?? size, ...(lfs ? { sha256: lfs.oid } : {}) });
  }
  const licence =
    [cardData?.license].flat()[0] ?? tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  return {
    model: name,
    ...(id.revision === undefined ? {} : { revision: id.revision }),
    commit: sha,
    gated: gated !== false && gated !== undefined,
    ...(licence === undefined ? {} : { licence }),
    ...(safetensors ? { parameters: safetensors.total } : {}),
    files,
  };
}

/** A fetch for the library, whose refusals are ours. */
const asked =
  (hub: Hub, id: ModelId, signal: AbortSignal | undefined): typeof fetch =>
  (url, init) =>
    request(hub, String(url), id, { ...init, ...(signal ? { signal } : {}) });
