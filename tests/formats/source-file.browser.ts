/** Gzip in a browser: its DecompressionStream is stricter than Node's. */
import { expect, it } from 'vitest';
import { FormatError } from '../../src/formats/format-error';
import { parseTexts } from '../../src/formats/texts';
import { encode, gather, gzip } from './source';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `d${from + i}\ttext ${i * 7919}\n`).join('');
const read = (...parts: Uint8Array[]) =>
  gather(parseTexts({ name: 'corpus.tsv.gz', data: new Blob(parts as BlobPart[]) }, 'tsv'));

it('a gzip file is unpacked as it is read', async () => {
  const packed = await gzip(encode(lines(0, 20_000)));
  const { records, errors, bytesRead } = await read(packed);
  expect([records.length, records.at(-1)!.id, errors.length, bytesRead]).toEqual([20_000, 'd19999', 0, packed.length]);
});

it('one that is cut off, damaged or joined from two is an error, never a shorter file', async () => {
  const packed = await gzip(encode(lines(0, 20_000)));
  const damaged = packed.with(packed.length >> 1, packed[packed.length >> 1]! ^ 0xff);
  for (const parts of [[packed.slice(0, -9)], [damaged], [packed, packed]]) {
    await expect(read(...parts)).rejects.toThrow(FormatError);
    await expect(read(...parts)).rejects.toThrow(/^corpus\.tsv\.gz: .*fetch the file again, or unpack it first/);
  }
});
