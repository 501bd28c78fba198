/** A host that serves files and nothing else: none of the headers that isolate a page. It can go away and come back. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

export interface StaticHost {
  /** `http://localhost:PORT/`, a secure context. */
  origin: string;
  /** What was asked for since it started. */
  asked: string[];
  /** A new version of a file: its text with this behind it. */
  append: Map<string, string>;
  close(): Promise<void>;
}

/** Serves the folder `root` at `port`, or at any that is free. */
export async function serveStatically(root: string, port = 0): Promise<StaticHost> {
  const asked: string[] = [];
  const append = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    asked.push(name);
    readFile(join(root, name)).then(
      (content) => {
        response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' });
        response.end(Buffer.concat([content, Buffer.from(append.get(name) ?? '')]));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}/`,
    asked,
    append,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
