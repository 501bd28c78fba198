import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextRecord } from '../../src/formats/records';
import type { ImportProgress } from '../../src/storage/library';
import {
  BadLinesError,
  DifferentFileError,
  DuplicateIdError,
  EmptyDatasetError,
  LibraryClosedError,
  UnknownTextError,
} from '../../src/storage/errors';
import { openLibrary } from '../../src/storage/open-library';
import { all, census, chunksOf, collection, documents, finish, freshLibrary } from './helpers';

const lineError = (line: number) => ({ file: 'corpus.tsv', line, reason: 'expected 2 columns, found 1', excerpt: 'x' });
const badLines = (count: number) => Array.from({ length: count }, (_, i) => lineError(i + 1));

/** 30 documents of 400 kB: each transaction takes about eleven. */
const large = documents(30, 400_000);

describe('a stored collection', () => {
  it('gives back every text by id, by place and in order', async () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.constant(''),
      fc.constant('ü'.repeat(60_000)),
    );
    const library = await freshLibrary();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ id, text }), { selector: (r) => r.id, minLength: 1, maxLength: 60 }),
        async (records) => {
          // Lone surrogates cannot be written as UTF-8; no parser yields them.
          const kept = records.map(({ id, text }) => ({ id, text: text.replace(/\p{Surrogate}/gu, '?') }));
          const { result } = await finish(library.importDataset(collection(), chunksOf(kept, 7)));
          expect(result.count).toBe(kept.length);
          const texts = library.texts(result.id);
          const shuffled = kept.toReversed();
          expect(await texts.texts(shuffled.map(({ id }) => id))).toEqual(shuffled.map(({ text }) => text));
          const read = (await all(library.batches(result.id))).flatMap(({ ids, texts }) =>
            ids.map((id, i) => ({ id, text: texts[i]! })),
          );
          expect(read).toEqual(kept);
          expect([...(await library.allTexts(result.id))]).toEqual(kept.map(({ id, text }) => [id, text]));
          const offset = kept.length >> 1;
          expect(await library.page(result.id, offset, 5)).toEqual(kept.slice(offset, offset + 5));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of many documents is in blocks and buckets, and is read by few of them', async () => {
    const library = await freshLibrary();
    const records = documents(5000);
    const { result } = await finish(library.importDataset(collection(), chunksOf(records, 1000)));
    const { texts, buckets } = await census(library);
    expect(texts).toBeLessThan(20);
    expect(buckets).toBe(16);
    const reader = library.texts(result.id);
    expect(await reader.texts(['d4999', 'd0', 'd2500', 'd0'])).toEqual([4999, 0, 2500, 0].map((i) => records[i]!.text));
    expect(await reader.unknown(['d1', 'nowhere', 'd4999', 'd5000', 'nowhere'])).toEqual(['nowhere', 'd5000']);
    expect(await library.page(result.id, 1234, 700)).toEqual(records.slice(1234, 1934));
    expect(await library.page(result.id, 4998, 50)).toEqual(records.slice(4998));
    expect(await library.page(result.id, 5000, 50)).toEqual([]);
    const firsts = (await all(library.batches(result.id))).map(({ first }) => first);
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
  });

  it('names the first id that it does not have', async () => {
    const library = await freshLibrary();
    const { result } = await finish(library.importDataset(collection(), chunksOf(documents(3))));
    const read = library.texts(result.id).texts(['d1', 'd77', 'd78']);
    await expect(read).rejects.toThrow(UnknownTextError);
    await expect(read).rejects.toThrow('corpus: the collection has no text with id "d77"');
  });

  it('has a name of its own among its kind', async () => {
    const library = await freshLibrary();
    const names: string[] = [];
    for (let i = 0; i < 3; i++)
      names.push((await finish(library.importDataset(collection(), chunksOf(documents(1))))).result.name);
    expect(names).toEqual(['corpus', 'corpus (2)', 'corpus (3)']);
    const queries = await finish(library.importDataset({ ...collection(), kind: 'queries' }, chunksOf(documents(1))));
    expect(queries.result.name).toBe('corpus');
    expect((await library.datasets()).length).toBe(4);
    expect((await library.datasets('queries')).map(({ id }) => id)).toEqual([queries.result.id]);
    expect((await library.datasetNamed('collection', 'corpus (2)'))!.name).toBe('corpus (2)');
    expect((await library.renameDataset(queries.result.id, 'topics')).name).toBe('topics');
    expect((await library.renameDataset((await library.datasets('collection'))[0]!.id, 'corpus')).name).toMatch(
      /^corpus( \(\d\))?$/,
    );
  });
});

describe('an import', () => {
  it('tells how far it is, and is not seen until it is whole', async () => {
    const library = await freshLibrary();
    const steps = library.importDataset(collection(), chunksOf(large, 5));
    const { value } = await steps.next();
    expect(value).toMatchObject({ records: 15, bytesRead: 150, badLines: 0, errors: [] });
    expect(await library.datasets()).toEqual([]);
    expect(await library.unfinishedImports()).toEqual([]); // it is still going on
    const { result, progress } = await finish(steps);
    expect(progress.at(-1)).toMatchObject({ records: 30, bytesRead: 300 });
    expect(result).toMatchObject({
      kind: 'collection',
      name: 'corpus',
      source: 'corpus.tsv',
      count: 30,
      state: 'ready',
    });
    expect(result.bytes).toBeGreaterThan(30 * 400_000);
    expect(await library.datasets()).toEqual([result]);
  });

  it.each([
    ['in one transaction', documents(100), 17, 90, 'on line 18 and on line 91'],
    ['in two transactions', large, 2, 28, 'on line 3 and on line 29'],
  ])('fails on an id that comes twice, %s, and leaves what was there', async (_, records, first, second, places) => {
    const library = await freshLibrary();
    const { result: before } = await finish(library.importDataset(collection('before'), chunksOf(documents(2))));
    const stored = await census(library);
    const twice = records.with(second, { id: records[first]!.id, text: 'other' });
    const failing = finish(library.importDataset(collection(), chunksOf(twice, 5)));
    await expect(failing).rejects.toThrow(DuplicateIdError);
    await expect(failing).rejects.toThrow(`corpus.tsv: id "d${first}" comes twice, ${places}`);
    expect(await census(library)).toEqual(stored);
    expect(await library.texts(before.id).texts(['d1'])).toEqual([documents(2)[1]!.text]);
  });

  it('tells different ids with one hash apart', async () => {
    const library = await freshLibrary();
    const records = HASH_TWINS.map((id) => ({ id, text: `text of ${id}` }));
    const { result } = await finish(library.importDataset(collection(), chunksOf(records)));
    expect(await library.texts(result.id).texts(HASH_TWINS)).toEqual(records.map(({ text }) => text));
  });

  it.each<
    [
      string,
      (
        steps: ReturnType<Awaited<ReturnType<typeof freshLibrary>>['importDataset']>,
        stop: AbortController,
      ) => Promise<unknown>,
    ]
  >([
    [
      'is cancelled',
      async (steps, stop) => {
        stop.abort();
        await expect(steps.next()).rejects.toThrow(/abort/i);
      },
    ],
    ['is left', (steps) => steps.return(undefined as never)],
  ])('is rolled back when it %s', async (_, leave) => {
    const library = await freshLibrary();
    const stop = new AbortController();
    const steps = library.importDataset(collection(), chunksOf(large, 5), { signal: stop.signal });
    await steps.next();
    expect((await census(library)).texts).toBeGreaterThan(0);
    await leave(steps, stop);
    expect(await census(library)).toEqual({});
  });

  it('is rolled back when its file fails', async () => {
    const library = await freshLibrary();
    async function* failing() {
      yield* chunksOf(large, 5);
      throw new Error('corpus.tsv.gz: gzip data cut off');
    }
    await expect(finish(library.importDataset(collection(), failing()))).rejects.toThrow('cut off');
    expect(await census(library)).toEqual({});
  });

  it('of nothing is an error', async () => {
    const library = await freshLibrary();
    await expect(finish(library.importDataset(collection(), chunksOf<TextRecord>([])))).rejects.toThrow(
      EmptyDatasetError,
    );
    expect(await census(library)).toEqual({});
  });
});

describe('bad lines', () => {
  it('up to one in a hundred are counted, and the first 20 shown', async () => {
    const library = await freshLibrary();
    const { progress } = await finish(
      library.importDataset(collection(), chunksOf(documents(3000), 1500, badLines(30))),
    );
    expect(progress.at(-1)).toMatchObject({ records: 3000, badLines: 30 });
    expect(progress.at(-1)!.errors.map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it.each([
    ['of a short file', 50, 1],
    ['of a long one', 3000, 40],
    ['that begins badly', 3000, 400],
  ])('beyond that are asked about, once: %s', async (_, count, bad) => {
    const library = await freshLibrary();
    const asked: number[] = [];
    const onBadLines =
      (answer: boolean) =>
      ({ badLines }: { badLines: number }) => {
        asked.push(badLines);
        return answer;
      };
    const chunks = () => chunksOf(documents(count), 1500, badLines(bad));
    const { result } = await finish(library.importDataset(collection(), chunks(), { onBadLines: onBadLines(true) }));
    expect(result.count).toBe(count);
    expect(asked).toEqual([bad]);
    const refused = finish(library.importDataset(collection(), chunks(), { onBadLines: onBadLines(false) }));
    await expect(refused).rejects.toThrow(BadLinesError);
    await expect(refused).rejects.toThrow(
      /^corpus\.tsv: \d+ of \d+ lines could not be read \(line 1: expected 2 columns, found 1\)/,
    );
    await expect(finish(library.importDataset(collection(), chunks()))).rejects.toThrow(BadLinesError);
    expect(await library.datasets()).toEqual([result]);
    expect((await census(library)).datasets).toBe(1);
  });
});

describe('an import that a closed tab left behind', () => {
  /** The connection goes away in the middle, and with it the chance to roll back. */
  async function leftBehind() {
    const library = await freshLibrary();
    const steps = library.importDataset(collection(), chunksOf(large, 5));
    await steps.next();
    library.close();
    await expect(finish(steps)).rejects.toThrow(LibraryClosedError);
    const reopened = await openLibrary(library.name);
    const [unfinished] = await reopened.unfinishedImports();
    expect(unfinished).toMatchObject({ name: 'corpus', count: 15, state: 'importing' });
    expect(await reopened.datasets()).toEqual([]);
    return { library: reopened, id: unfinished!.id };
  }

  it('goes on with the same file, though it is read in other portions', async () => {
    const { library, id } = await leftBehind();
    const { result } = await finish(library.importDataset(collection(), chunksOf(large, 7), { resume: id }));
    expect(result).toMatchObject({ id, name: 'corpus', count: 30, state: 'ready' });
    const other = await freshLibrary();
    const { result: unbroken } = await finish(other.importDataset(collection(), chunksOf(large, 7)));
    expect(result.bytes).toBe(unbroken.bytes);
    expect([...(await library.allTexts(id))]).toEqual(large.map(({ id, text }) => [id, text]));
    expect(await library.texts(id).texts(['d3', 'd29'])).toEqual([large[3]!.text, large[29]!.text]);
    expect(await library.unfinishedImports()).toEqual([]);
    expect((await census(library)).imports).toBeUndefined();
  });

  it('finds duplicates of what was stored before', async () => {
    const { library, id } = await leftBehind();
    const twice = large.with(20, { id: 'd4', text: '' });
    await expect(finish(library.importDataset(collection(), chunksOf(twice, 5), { resume: id }))).rejects.toThrow(
      'id "d4" comes twice, on line 5 and on line 21',
    );
    expect(await census(library)).toEqual({});
  });

  it('does not go on with another file, and stays', async () => {
    const { library, id } = await leftBehind();
    const other = large.with(3, { id: 'other', text: '' });
    for (const file of [other, large.slice(0, 10)])
      await expect(finish(library.importDataset(collection(), chunksOf(file, 5), { resume: id }))).rejects.toThrow(
        DifferentFileError,
      );
    expect(await library.unfinishedImports()).toHaveLength(1);
  });

  it('can be rolled back', async () => {
    const { library, id } = await leftBehind();
    await library.rollbackImport(id);
    expect(await census(library)).toEqual({});
  });

  it('is none when it goes on elsewhere', async () => {
    const library = await freshLibrary();
    const steps = library.importDataset(collection(), chunksOf(large, 5));
    const { value } = await steps.next();
    await expect(library.rollbackImport((value as ImportProgress).dataset)).rejects.toThrow('still going on');
    const { result } = await finish(steps);
    await expect(library.rollbackImport(result.id)).rejects.toThrow(
      'expected an unfinished import to go on with, found one that is ready',
    );
  });
});

/** Each two ids have the same hash32: found by trying a million. */
const HASH_TWINS = ['1aqrnoz-56345', '1neli5f-443460', 'i0rn6i-332224', '1ma873c-515023'];
