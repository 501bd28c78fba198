import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ParsedChunk, TextRecord } from '../../src/formats/records';
import type { Library } from '../../src/storage/library';
import { openLibrary } from '../../src/storage/open-library';
import { all, census, chunksOf, collection, documents, finish, freshLibrary } from './helpers';

const records = documents(3000, 200);
const [old, added] = [records.slice(0, 1200), records.slice(1200)];

let library: Library;
let id: string;

beforeEach(async () => {
  library = await freshLibrary();
  id = (await finish(library.importDataset(collection(), chunksOf(old)))).result.id;
});

async function contents(from: Library): Promise<TextRecord[]> {
  const blocks = await all(from.batches(id));
  return blocks.flatMap(({ ids, texts }) => ids.map((id, i) => ({ id, text: texts[i]! })));
}

/** More than a transaction's worth, then nothing more until the caller goes on. */
async function* long(signal?: () => void): AsyncGenerator<ParsedChunk<TextRecord>> {
  const large = documents(40, 200_000).map(({ id, text }) => ({ id: `large-${id}`, text }));
  yield* chunksOf(large, 10);
  signal?.();
  yield* chunksOf(added);
}

describe('appending', () => {
  it('makes what importing all at once makes', async () => {
    const { result, progress } = await finish(library.appendTexts(id, 'more.tsv', chunksOf(added)));
    const whole = (await finish(library.importDataset(collection('whole'), chunksOf(records)))).result;
    const { count, bytes, checksum, source } = result;
    expect({ count, bytes, checksum }).toEqual({ count: whole.count, bytes: whole.bytes, checksum: whole.checksum });
    expect(source).toBe('corpus.tsv, more.tsv');
    expect(progress.at(-1)).toMatchObject({ dataset: id, records: 1800 });
    expect(await library.dataset(id)).toEqual(result);
    expect(await contents(library)).toEqual(records);
    const ids = ['d0', 'd1199', 'd1200', 'd2999'];
    expect(await library.texts(id).texts(ids)).toEqual(ids.map((id) => records[Number(id.slice(1))]!.text));
    expect(await library.page(id, 1198, 4)).toEqual(records.slice(1198, 1202));
  });

  it('can be done again and again', async () => {
    for (let i = 0; i < added.length; i += 450)
      await finish(library.appendTexts(id, `${i}.tsv`, chunksOf(added.slice(i, i + 450))));
    expect(await contents(library)).toEqual(records);
    expect(await library.texts(id).unknown(records.map(({ id }) => id))).toEqual([]);
  });

  it('is seen by who reads meanwhile, once it is done', async () => {
    const reader = library.texts(id);
    await reader.texts(['d1']);
    expect(await reader.unknown(['d2000'])).toEqual(['d2000']);
    await finish(library.appendTexts(id, 'more.tsv', chunksOf(added)));
    expect(await reader.texts(['d1', 'd2000'])).toEqual([records[1]!.text, records[2000]!.text]);
  });

  it('leaves the data set as it was until it is whole', async () => {
    const steps = library.appendTexts(id, 'more.tsv', long());
    await steps.next();
    expect((await library.dataset(id))!.count).toBe(1200);
    expect(await contents(library)).toEqual(old);
    expect(await library.texts(id).texts(['d1199'])).toEqual([old[1199]!.text]);
    const renamed = await library.renameDataset(id, 'new name');
    const { result } = await finish(steps);
    expect(result.name).toBe(renamed.name);
    expect(result.count).toBe(3040);
  });

  it('takes no id that is there already', async () => {
    const again = [{ id: 'new', text: 'a' }, old[7]!];
    await expect(finish(library.appendTexts(id, 'more.tsv', chunksOf(again)))).rejects.toThrow(
      'more.tsv: id "d7" comes twice, in the data set (record 8) and on line 2',
    );
    await expect(finish(library.appendTexts(id, 'more.tsv', chunksOf([added[0]!, added[0]!])))).rejects.toThrow(
      'on line 1 and on line 2',
    );
  });

  it('needs something to add, to something that texts can be added to', async () => {
    await expect(finish(library.appendTexts(id, 'empty.tsv', chunksOf([])))).rejects.toThrow('found none');
    const qrels = { kind: 'qrels' as const, name: 'judged', source: 'qrels.txt' };
    const judgements = [{ query: 'q', document: 'd', relevance: 1 }];
    const { result } = await finish(library.importDataset(qrels, chunksOf(judgements)));
    await expect(finish(library.appendTexts(result.id, 'x', chunksOf(added)))).rejects.toThrow(
      'judged: expected a collection or queries to add to, found a qrels',
    );
  });

  it('asks about bad lines of the file, whatever was there before', async () => {
    const errors = Array.from({ length: 30 }, (_, i) => ({ file: 'more.tsv', line: i, reason: 'no', excerpt: '' }));
    const few = chunksOf(added.slice(0, 100), 100, errors);
    await expect(finish(library.appendTexts(id, 'more.tsv', few))).rejects.toThrow('30 of 130 lines');
  });
});

describe('broken off, it leaves nothing behind', () => {
  let before: Record<string, number>;
  beforeEach(async () => {
    before = await census(library);
  });
  const expectUnchanged = async (reopened: Library) => {
    expect(await census(reopened)).toEqual(before);
    expect(await contents(reopened)).toEqual(old);
  };

  it('when it is cancelled', async () => {
    const controller = new AbortController();
    const chunks = long(() => controller.abort());
    await expect(finish(library.appendTexts(id, 'x', chunks, { signal: controller.signal }))).rejects.toThrow();
    await expectUnchanged(library);
  });

  it('when its reader leaves', async () => {
    for await (const _ of library.appendTexts(id, 'x', long())) break;
    await expectUnchanged(library);
  });

  it('when the tab is closed, from the next opening on', async () => {
    await expect(
      finish(
        library.appendTexts(
          id,
          'x',
          long(() => library.close()),
        ),
      ),
    ).rejects.toThrow('closed');
    const reopened = await openLibrary(library.name);
    await expectUnchanged(reopened);
    const { result } = await finish(reopened.appendTexts(id, 'more.tsv', chunksOf(added)));
    expect(result.count).toBe(3000);
    expect(await contents(reopened)).toEqual(records);
  });

  it('when the data set was deleted meanwhile', async () => {
    const chunks = long(() => void library.remove('dataset', id));
    await expect(finish(library.appendTexts(id, 'x', chunks))).rejects.toThrow('has no data set');
    await library.restore('dataset', id);
    await expectUnchanged(library);
  });
});
