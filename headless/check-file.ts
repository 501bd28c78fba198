/** Whether a file is what it should be: its size, and its checksum where one is known. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Expected } from '../src/recipes/data-block.ts';

/** By path: files are large, and a sweep asks again for each of its experiments. */
const checked = new Map<string, Promise<string | undefined>>();

/** What is wrong with it, in words; undefined when nothing is. The file is read as a stream. */
export function checkFile(path: string, expected: Expected): Promise<string | undefined> {
  const known = checked.get(path);
  if (known) return known;
  const found = check(path, expected);
  checked.set(path, found);
  return found;
}

async function check(path: string, { bytes, md5, sha256 }: Expected): Promise<string | undefined> {
  const { size } = await stat(path);
  if (bytes !== undefined && size !== bytes) return `${path}: expected ${bytes} bytes, found ${size}: fetch it again`;
  for (const [algorithm, digest] of [
    ['md5', md5],
    ['sha256', sha256],
  ] as const) {
    if (digest === undefined) continue;
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
    const found = hash.digest('hex');
    if (found !== digest) return `${path}: expected ${algorithm} ${digest}, found ${found}: fetch it again`;
  }
  return undefined;
}
