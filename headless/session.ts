/** One command's session with the app: the served build, the opened page, the app's automation object, the output folder. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Automation, AutomationEvent, CheckpointReference, OfferedFile } from '../src/ui/automation.ts';
import { openApp } from './browser.ts';
import { buildApp } from './build-app.ts';
import { serve } from './serve.ts';

export interface Session {
  /** The page's `window.rerankStudio`, called across the browser's protocol. */
  app: Automation;
  /** The folder that `--out` names. */
  output: string;
  /** Lets the page read a file. @throws naming the file when there is none. */
  offer(path: string): Promise<OfferedFile>;
  /** A folder with the files of a checkpoint or a zip of one, or the reference itself when it is neither. */
  offerCheckpoint(reference: string): Promise<CheckpointReference>;
  /** Hears the app's events from now on. */
  onEvent(listener: (event: AutomationEvent) => void): void;
  close(): Promise<void>;
}

export interface SessionOptions {
  output: string;
  profile: string;
  backend?: 'webgpu' | 'wasm';
}

/** Files of a checkpoint folder that are not part of the model as this app loads it. */
const NOT_NEEDED = /\.(onnx|h5|ot|msgpack|md|py|png)$|^\.|^(tf_|flax_|rust_)/;

/** Builds the app if needed, serves it, and opens it. */
export async function openSession({ output, profile, backend }: SessionOptions): Promise<Session> {
  const root = await buildApp();
  await mkdir(output, { recursive: true });
  const served = await serve({ root, output: resolve(output) });
  const opened = await openApp(served.port, profile).catch(async (error) => {
    await served.close();
    throw error;
  });
  const { page, context } = opened;
  let listener: (event: AutomationEvent) => void = () => {};
  await context.exposeBinding('rerankStudioTell', (_source, event: AutomationEvent) => listener(event));

  const died = new Promise<never>((_, reject) => {
    page.on('crash', () => reject(new Error('the page crashed (out of memory?)')));
  });
  died.catch(() => {});
  const app = new Proxy({} as Automation, {
    get:
      (_, verb: string) =>
      (...args: unknown[]) =>
        Promise.race([
          died,
          page
            .evaluate(
              ([name, values]) =>
                (window as unknown as { rerankStudio: Record<string, (...all: unknown[]) => unknown> }).rerankStudio[
                  name
                ]!(...values),
              [verb, args] as const,
            )
            .catch((error: Error) => {
              throw new Error(plainMessage(error.message));
            }),
        ]),
  });
  const session: Session = {
    app,
    output,
    async offer(path) {
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) throw new Error(`${path}: no such file`);
      const identity = `${resolve(path)} (${found.size} bytes, ${new Date(found.mtimeMs).toISOString()})`;
      return { url: served.offer(path), fileName: basename(path), identity };
    },
    async offerCheckpoint(reference) {
      const found = await stat(reference).catch(() => undefined);
      if (found?.isFile() && reference.endsWith('.zip')) {
        const file = await session.offer(reference);
        return { name: basename(reference, '.zip'), identity: file.identity, files: [file] };
      }
      if (!found?.isDirectory()) return reference;
      const names = (await readdir(reference, { withFileTypes: true }))
        .filter((entry) => entry.isFile() && !NOT_NEEDED.test(entry.name))
        .map((entry) => entry.name);
      const files = await Promise.all(names.map((name) => session.offer(join(reference, name))));
      return { name: basename(resolve(reference)), identity: files.map((file) => file.identity).join('; '), files };
    },
    onEvent(heard) {
      listener = heard;
    },
    async close() {
      await opened.close();
      await served.close();
    },
  };
  if (backend) await app.open(backend);
  // A mirror of the hub, by the variable that huggingface_hub reads too.
  const mirror = process.env['HF_ENDPOINT'];
  if (mirror) await app.useHub(mirror);
  return session;
}

/** What the page threw, without the browser protocol's own words and stack. */
function plainMessage(message: string): string {
  const text = message.replace(/^page\.evaluate: /, '').split('\n    at ')[0]!;
  return text.replace(/^(Error|[A-Z]\w*Error): /, '').trim();
}

/** A profile folder of its own, for a command that must not see what others stored. */
export function temporaryProfile(name: string): string {
  return join(tmpdir(), `rerank-studio-${name}-${process.pid}`);
}
