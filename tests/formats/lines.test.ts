import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/formats/format-error';
import { MAX_LINE_CHARACTERS, readLines } from '../../src/formats/lines';
import { all, encode, gzip, streamOf } from './source';

async function linesOf(data: Blob | ReadableStream<Uint8Array>) {
  const batches = await all(readLines({ name: 'f', data }));
  let next = 1;
  for (const { first, lines } of batches) {
    expect(first).toBe(next);
    next += lines.length;
  }
  return batches.flatMap(({ lines }) => lines);
}

describe('lines', () => {
  it('are the same wherever the reads cut the bytes, packed or not', async () => {
    const line = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replace(/[\r\n\ufeff]/g, '_'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.array(fc.constantFrom('\n', '\r\n'), { minLength: 20, maxLength: 20 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 50 }),
        fc.boolean(),
        async (lines, ends, final, sizes, packed) => {
          if (!final && lines.at(-1) === '') lines.push('x'); // a last empty line without a line end is no line
          const text = lines.map((line, i) => line + (i < lines.length - 1 || final ? ends[i % 20] : '')).join('');
          const bytes = packed ? await gzip(encode(text)) : encode(text);
          expect(await linesOf(streamOf(bytes, sizes))).toEqual(lines);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lose their byte-order mark', async () => {
    expect(await linesOf(streamOf(encode('\ufeffa\tb\nc'), [1, 1, 1]))).toEqual(['a\tb', 'c']);
  });

  it('have bytes that are not UTF-8 replaced', async () => {
    expect(await linesOf(new Blob([new Uint8Array([0x61, 0xe9, 0x62, 0x0a])]))).toEqual(['a\ufffdb']);
  });

  it('too long for any document are dropped by number, and the next ones are read', async () => {
    const chunk = encode('x'.repeat(1 << 20));
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === 0) controller.enqueue(encode('first\n'));
        if (sent++ < MAX_LINE_CHARACTERS / (1 << 20) + 5) return controller.enqueue(chunk);
        controller.enqueue(encode('\nlast'));
        controller.close();
      },
    });
    const batches = await all(readLines({ name: 'f', data: stream }));
    expect(batches.flatMap(({ lines }) => lines)).toEqual(['first', '', 'last']);
    expect(batches.flatMap(({ tooLong }) => tooLong)).toEqual([2]);
  });

  it('of an empty file are none', async () => {
    expect(await linesOf(new Blob([]))).toEqual([]);
    expect(await linesOf(new Blob(['\n']))).toEqual(['']);
  });

  it('count bytes as they lie on disk', async () => {
    const packed = await gzip(encode('line\n'.repeat(10_000)));
    const batches = await all(readLines({ name: 'f', data: new Blob([packed as BlobPart]) }));
    expect(batches.at(-1)!.bytesRead).toBe(packed.length);
  });

  it('of gzip data that are cut off are an error that names the file', async () => {
    const packed = await gzip(encode(Array.from({ length: 5000 }, (_, i) => `line ${i * 7919}\n`).join('')));
    const read = all(readLines({ name: 'corpus.tsv.gz', data: new Blob([packed.slice(0, 2000) as BlobPart]) }));
    await expect(read).rejects.toThrow(FormatError);
    await expect(read).rejects.toThrow(/^corpus\.tsv\.gz: .*cut-off/);
  });

  it('are read no further than asked, and the file is let go', async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encode(`line ${pulled++}\n`)),
      cancel: () => void (cancelled = true),
    });
    for await (const { first } of readLines({ name: 'f', data: endless })) if (first > 3) break;
    expect(pulled).toBeLessThan(10);
    expect(cancelled).toBe(true);
  });
});
