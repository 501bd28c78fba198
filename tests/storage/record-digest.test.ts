import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RecordDigest } from '../../src/storage/record-digest';
import { chunksOf, finish, freshLibrary } from './helpers';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

describe('the checksum of a data set', () => {
  it('is the SHA-256 of the digests of its pieces, each closed by the line that makes it a MiB', async () => {
    const digest = new RecordDigest();
    // 3 bytes a character, where UTF-8 and UTF-16 differ in length.
    const records = Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, text: '水'.repeat(30_000 + i) }));
    let piece = '';
    const pieces: Buffer[] = [];
    for (const record of records) {
      digest.add(record);
      piece += `${record.id}\t${record.text}\n`;
      if (Buffer.byteLength(piece) < 1 << 20) continue;
      pieces.push(sha256(piece));
      piece = '';
    }
    pieces.push(sha256(piece));
    expect(pieces.length).toBe(4);
    expect(await digest.digest()).toBe(sha256(Buffer.concat(pieces)).toString('hex'));
  });

  it('is of the records alone: other portions, bad lines and names change nothing, another score does', async () => {
    const library = await freshLibrary();
    const lines = Array.from({ length: 50 }, (_, i) => ({
      query: `q${i % 5}`,
      document: `d${i}`,
      rank: i + 1,
      score: 1 / (i + 1),
      system: 's',
    }));
    const imported = async (records: typeof lines, size: number, source: string, errors = 0) => {
      const bad = Array.from({ length: errors }, () => ({ file: 'f', line: 1, reason: 'r', excerpt: '' }));
      const steps = library.importDataset({ kind: 'run', name: 'r', source }, chunksOf(records, size, bad), {
        onBadLines: () => true,
      });
      return (await finish(steps)).result.checksum;
    };
    const first = await imported(lines, 100, 'a.tsv');
    const text = lines.map(({ query, document, rank, score }) => `${query}\t${document}\t${rank}\t${score}\n`).join('');
    expect(first).toBe(sha256(sha256(text)).toString('hex'));
    expect(await imported(lines, 7, 'b.tsv', 3)).toBe(first);
    expect(await imported([...lines, lines[3]!], 7, 'double.tsv')).toBe(first);
    expect(await imported([{ ...lines[0]!, score: 2 }, ...lines.slice(1)], 7, 'c.tsv')).not.toBe(first);
  });
});
