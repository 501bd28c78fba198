/** A hub on this machine: the addresses, headers and refusals of huggingface.co, over models that a test makes. */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeModel {
  /** 40 hexadecimal digits. */
  commit: string;
  files: Record<string, Uint8Array>;
  /** Branches and tags besides main, that lead to the same commit. */
  revisions?: string[];
  /** Its name now, where the hub leads from this one to that. */
  renamed?: string;
  licence?: string;
  gated?: 'auto' | 'manual';
  /** SHA-256 that the hub claims of a file, where it shall be wrong. */
  claims?: Record<string, string>;
}

export interface FakeHub {
  url: string;
  models: Map<string, FakeModel>;
  /** `GET PATH` of every request for a file's bytes, with its range. */
  fetched: string[];
  /** Requests of any kind. */
  requests: number;
  /** How many bytes of weights are sent before the connection is cut, answer by answer. */
  cuts: number[];
  /** Holds weights back after so many bytes until `goOn`. */
  pauseAfter?: number;
  goOn(): void;
  /** Whether ranges are ignored, as some mirrors do. */
  noRanges: boolean;
  /** Status that the next answers for bytes have, in place of the bytes. */
  failWith: number[];
  close(): Promise<void>;
}

/** Files of this size or more are kept apart by the hub, with a hash. */
const LARGE_BYTES = 10_000;

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'X-Error-Code,X-Error-Message,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size',
};

export async function fakeHub(models: Record<string, FakeModel>): Promise<FakeHub> {
  const waiting: (() => void)[] = [];
  const hub: FakeHub = {
    url: '',
    models: new Map(Object.entries(models)),
    fetched: [],
    requests: 0,
    cuts: [],
    noRanges: false,
    failWith: [],
    goOn: () => waiting.splice(0).forEach((go) => go()),
    close: () =>
      new Promise((done) => {
        hub.goOn();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };

  const refuse = (response: ServerResponse, status: number, code: string) =>
    response
      .writeHead(status, { ...CORS, 'X-Error-Code': code, 'Content-Type': 'application/json' })
      .end(JSON.stringify({ error: code }));
  const json = (response: ServerResponse, value: unknown) =>
    response.writeHead(200, { ...CORS, 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  const knows = ({ commit, revisions = [] }: FakeModel, revision: string) =>
    ['main', 'HEAD', commit, ...revisions].includes(revision);

  async function send(
    response: ServerResponse,
    name: string,
    bytes: Uint8Array,
    range: string | undefined,
  ): Promise<void> {
    const from = hub.noRanges ? undefined : /^bytes=(\d+)-$/.exec(range ?? '')?.[1];
    const begin = Number(from ?? 0);
    const part = bytes.subarray(begin);
    response.writeHead(from === undefined ? 200 : 206, {
      ...CORS,
      'Content-Length': part.length,
      ...(from === undefined ? {} : { 'Content-Range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}` }),
    });
    const isWeights = /\.(safetensors|bin)$/.test(name);
    const cut = isWeights ? hub.cuts.shift() : undefined;
    if (cut !== undefined) {
      response.write(part.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
      return;
    }
    if (isWeights && hub.pauseAfter !== undefined && part.length > hub.pauseAfter) {
      response.write(part.subarray(0, hub.pauseAfter));
      await new Promise<void>((go) => waiting.push(go));
      response.end(part.subarray(hub.pauseAfter));
      return;
    }
    response.end(part);
  }

  const server = createServer((request, response) => {
    hub.requests++;
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...CORS, 'Access-Control-Allow-Headers': 'accept,range' }).end();
      return;
    }
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname);
    const [, apiName, apiKind, apiRevision] = /^\/api\/models\/(.+?)\/(revision|tree)\/([^/]+)$/.exec(path) ?? [];
    const [, name, revision, file] = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const model = hub.models.get(apiName ?? name ?? '');
    if (!model) return void refuse(response, 401, 'RepoNotFound');
    if (!knows(model, apiRevision ?? revision!)) return void refuse(response, 404, 'RevisionNotFound');
    if (apiKind === 'revision') {
      json(response, {
        _id: '1',
        id: model.renamed ?? apiName,
        private: false,
        gated: model.gated ?? false,
        sha: model.commit,
        tags: ['transformers', ...(model.licence ? [`license:${model.licence}`] : [])],
        lastModified: '2024-01-01T00:00:00.000Z',
      });
    } else if (apiKind === 'tree') {
      json(
        response,
        Object.entries(model.files).map(([path, bytes]) => {
          const oid = model.claims?.[path] ?? createHash('sha256').update(bytes).digest('hex');
          const isLarge = bytes.length >= LARGE_BYTES || path in (model.claims ?? {});
          return {
            type: 'file',
            path,
            size: bytes.length,
            oid: '0'.repeat(40),
            ...(isLarge ? { lfs: { oid, size: bytes.length, pointerSize: 134 } } : {}),
          };
        }),
      );
    } else {
      hub.fetched.push(`${file}${request.headers.range ? ` ${request.headers.range}` : ''}`);
      const status = hub.failWith.shift();
      if (status !== undefined) return void response.writeHead(status, CORS).end();
      if (model.gated) return void refuse(response, 401, 'GatedRepo');
      const bytes = model.files[file!];
      if (!bytes) return void refuse(response, 404, 'EntryNotFound');
      void send(response, file!, bytes, request.headers.range);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return hub;
}
