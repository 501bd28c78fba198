import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkFile } from '../../headless/check-file.ts';
import { CATALOGUE } from '../../headless/public-data.ts';
import { waysTo } from '../../headless/ways.ts';

const folder = mkdtempSync(join(tmpdir(), 'rerank-studio-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('a file of public data', () => {
  const path = written('hello', 'hello');
  const md5 = '5d41402abc4b2a76b9719d911017c592';

  it('is what it should be by size and checksum', async () => {
    expect(await checkFile(path, { bytes: 5, md5 })).toBeUndefined();
  });

  it.each([
    ['size', { bytes: 6 }, 'expected 6 bytes, found 5: fetch it again'],
    ['md5', { md5: '0'.repeat(32) }, `found ${md5}`],
    ['sha256', { sha256: '0'.repeat(64) }, 'found 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
  ])('is not by its %s', async (name, expected, message) => {
    expect(await checkFile(written(name, 'hello'), expected)).toContain(message);
  });
});

describe('the way to what is missing', () => {
  const file = (kind: 'collection' | 'queries' | 'qrels' | 'run', name: string) => CATALOGUE.file(kind, name)!;

  it('names each archive once, with size and checksum, and how it is unpacked', () => {
    const ways = waysTo([file('collection', 'quora'), file('queries', 'quora'), file('qrels', 'quora')], folder);
    expect(ways).toEqual([
      'fetch:',
      expect.stringMatching(
        /^ {2}curl -L --create-dirs -o \S+\/beir\/quora\.zip https:\S+quora\.zip {3}\(15,853,968 bytes, md5 18fb154900ba42a600f84b839c173167\)$/,
      ),
      'unpack:',
      `  unzip -o ${folder}/beir/quora.zip -d ${folder}/beir`,
    ]);
  });

  it('says what must be fetched by hand, and which command makes the rest of it', () => {
    const ways = waysTo([file('run', 'rankgpt-train'), file('run', 'rankgpt-eval')], folder);
    expect(ways.filter((line) => line.endsWith(':'))).toEqual(['by hand:', 'make:']);
    expect(ways.filter((line) => line.includes('drive.google.com'))).toHaveLength(2);
    expect(ways.filter((line) => line.includes('preprocess --dataset rankgpt'))).toHaveLength(1);
    expect(ways.join('\n')).not.toContain('DATA');
  });
});
