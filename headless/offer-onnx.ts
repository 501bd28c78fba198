/** Hands the app the files of an ONNX model's folder, by their paths in it. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { TeachOrder } from '../src/ui/teach-automation.ts';
import type { Session } from './session.ts';

const NEEDED = /\.(onnx|json)$/;

export async function offerOnnx({ offer }: Session, folder: string): Promise<NonNullable<TeachOrder['files']>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && NEEDED.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({
      path: relative(folder, path).split(sep).join('/'),
      file: await offer(path),
    })),
  );
}
