/**
 * Serves the built app, cross-origin isolated so that wasm may use threads. For the command line it also hands the page
 * the files that the command names, and writes what the page sends back.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.tsv': 'text/tab-separated-values; charset=utf-8',
};

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface Served {
  /** 127.0.0.1's port. */
  port: number;
  /** Lets the page read a file of this machine; returns the path of its URL. Only files that were offered can be read. */
  offer(file: string): string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** The folder of the built app. */
  root: string;
  port?: number;
  /** Where `PUT /output/…` writes; without it nothing is written. */
  output?: string;
}

/** Serves the app on 127.0.0.1 only. */
export async function serve({ root, port = 0, output }: ServeOptions): Promise<Served> {
  const offered = new Map<string, string>();

  async function send(path: string, response: ServerResponse): Promise<void> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) {
      response.writeHead(404, ISOLATION).end('not found');
      return;
    }
    response.writeHead(200, {
      ...ISOLATION,
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Length': found.size,
      'Cache-Control': 'no-cache',
    });
    await pipeline(createReadStream(path), response);
  }

  async function receive(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!output) {
      response.writeHead(403, ISOLATION).end('this server writes nothing');
      return;
    }
    const target = inside(output, name);
    if (!target) {
      response.writeHead(403, ISOLATION).end('outside of the output folder');
      return;
    }
    await mkdir(dirname(target), { recursive: true });
    // A body with ?append goes on with the file: the lines of a log arrive as they are made.
    const flags = request.url?.endsWith('?append') ? 'a' : 'w';
    await pipeline(request, createWriteStream(target, { flags }));
    response.writeHead(204, ISOLATION).end();
  }

  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const work = (async () => {
      if (request.method === 'PUT' && path.startsWith('/output/')) return receive(path.slice(8), request, response);
      if (path.startsWith('/offered/')) return send(offered.get(path) ?? '', response);
      return send(inside(root, path === '/' ? 'index.html' : path.slice(1)) ?? '', response);
    })();
    work.catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, ISOLATION);
      response.end(String(error));
    });
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });

  return {
    port: (server.address() as AddressInfo).port,
    offer(file) {
      const url = `/offered/${offered.size}/${file.split(sep).pop()}`;
      offered.set(url, resolve(file));
      return url;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** `name` below `folder`, or undefined if it leads out of it. */
function inside(folder: string, name: string): string | undefined {
  const path = normalize(join(folder, name));
  return path.startsWith(resolve(folder) + sep) ? path : undefined;
}
