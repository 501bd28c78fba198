import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { Download } from '../../src/storage/entries';
import { NotStoredError } from '../../src/storage/errors';
import { openLibrary } from '../../src/storage/open-library';
import { census, freshLibrary } from './helpers';

const download = (createdAt = 1): Download => ({
  id: 'a/b@c0ffee',
  reference: 'a/b',
  hub: { model: 'a/b', commit: 'c0ffee' },
  files: [
    { name: 'config.json', bytes: 2, pieces: [] },
    { name: 'model.safetensors', bytes: 10, pieces: [] },
  ],
  createdAt,
});

async function begun() {
  const library = await freshLibrary();
  const { id } = await library.beginDownload(download());
  for (const piece of [
    [1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10],
  ]) {
    await library.appendToDownload(id, 'model.safetensors', Uint8Array.from(piece));
  }
  return { library, id };
}

describe('a download', () => {
  it('keeps its pieces, and goes on after a reload', async () => {
    const { library, id } = await begun();
    library.close();
    const again = await openLibrary(library.name);
    const found = await again.beginDownload(download(2));
    expect(found).toMatchObject({ createdAt: 1, files: [{ pieces: [] }, { pieces: [3, 4, 3] }] });
    expect((await again.downloads()).map((entry) => entry.id)).toEqual([id]);
    expect(await again.checkpoints()).toEqual([]);
  });

  it('is read anywhere, across its pieces', async () => {
    const { library, id } = await begun();
    const file = await library.downloadedFile(id, 'model.safetensors');
    expect(file.size).toBe(10);
    const bytes = async (part: typeof file) => [...new Uint8Array(await part.arrayBuffer())];
    for (let begin = 0; begin <= 10; begin++) {
      for (let end = begin; end <= 12; end++) {
        const expected = Array.from({ length: Math.min(end, 10) - begin }, (_, i) => begin + i + 1);
        expect(await bytes(file.slice(begin, end))).toEqual(expected);
      }
    }
    expect(await bytes(file.slice(2, 9).slice(1, 3))).toEqual([4, 5]);
    expect(await file.slice(2, 5).text()).toBe('\u0003\u0004\u0005');
  });

  it('that is discarded leaves nothing, and cannot be added to', async () => {
    const { library, id } = await begun();
    await library.restartDownload(id, 'model.safetensors');
    expect(await census(library)).toEqual({ downloads: 1 });
    await library.appendToDownload(id, 'config.json', Uint8Array.of(1));
    await library.discardDownload(id);
    expect(await census(library)).toEqual({});
    await expect(library.appendToDownload(id, 'config.json', Uint8Array.of(1))).rejects.toThrow(NotStoredError);
  });

  it('goes on in one place at a time', async () => {
    const library = await freshLibrary();
    const release = await library.claimDownload('x');
    expect(await library.claimDownload('x')).toBeUndefined();
    release!();
    expect(await library.claimDownload('x')).toBeDefined();
  });
});
