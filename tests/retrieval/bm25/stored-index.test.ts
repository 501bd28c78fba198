import 'fake-indexeddb/auto';
import { beforeEach, expect, it } from 'vitest';
import type { TextRecord } from '../../../src/formats/records';
import type { Bm25Index } from '../../../src/retrieval/bm25/bm25-index';
import { Bm25Searcher } from '../../../src/retrieval/bm25/searcher';
import { isIndexed, openStoredIndex } from '../../../src/retrieval/bm25/stored-index';
import type { Library } from '../../../src/storage/library';
import { openLibrary } from '../../../src/storage/open-library';
import { census, chunksOf, collection, finish, freshLibrary } from '../../storage/helpers';
import { drawing, indexOf } from './collections';

const WORDS = ['wing', 'flow', 'shock', 'wave', 'plate', 'heat', 'moon', 'quark', 'bread', 'zeta'];
const QUERIES = ['wing flow', 'quark', 'moon bread heat', 'nothing', 'shock wave plate zeta wing'];
/** So few that a block of texts is a segment. */
const SEGMENT_POSTINGS = 60;

const draw = drawing(7);
const documents: TextRecord[] = Array.from({ length: 2600 }, (_, i) => ({
  id: `d${i}`,
  text: Array.from({ length: 3 + draw(9) }, () => WORDS[Math.min(draw(10), draw(10))]).join(' '),
}));

let library: Library;
let id: string;

beforeEach(async () => {
  library = await freshLibrary();
  id = (await finish(library.importDataset(collection(), chunksOf(documents)))).result.id;
});

/** Opens the index to its end, telling the steps to `visit`. */
async function opened(from = library, visit: (documents: number) => void = () => {}, signal?: AbortSignal) {
  const steps = openStoredIndex(from, id, signal, SEGMENT_POSTINGS);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    visit(step.value.documents);
  }
}

const parts = async (from = library) =>
  (await from.indexParts(id, 'bm25')).map(({ first, documents }) => [first, first + documents]);

function expectWhole(index: Bm25Index, records: readonly TextRecord[] = documents) {
  const [searcher, expected] = [new Bm25Searcher(index), new Bm25Searcher(indexOf(records))];
  for (const query of QUERIES) expect(searcher.search(query, 50)).toEqual(expected.search(query, 50));
  expect(index.documents).toBe(records.length);
}

it('is built once, then loaded', async () => {
  expect(await isIndexed(library, id)).toBe(false);
  const steps: number[] = [];
  expectWhole(await opened(library, (at) => steps.push(at)));
  expect(steps.at(-1)).toBe(2600);
  expect(await isIndexed(library, id)).toBe(true);
  expectWhole(await opened(await openLibrary(library.name), () => expect.fail('it is indexed again')));
});

it('goes on from the last segment after a closed tab, wherever that was', async () => {
  // Each stop is at another step: before the first segment, between segments, after the last one.
  for (let stop = 1; stop <= 7; stop++) {
    const controller = new AbortController();
    let step = 0;
    const reopened = await openLibrary(library.name);
    const broken = opened(reopened, () => ++step === 2 && controller.abort(), controller.signal);
    await broken.catch((error: Error) => expect(error.name).toBe('AbortError'));
    const covered = await parts();
    // Without a gap from the first document on.
    covered.forEach(([first], i) => expect(first).toBe(covered[i - 1]?.[1] ?? 0));
    reopened.close();
  }
  const before = (await parts()).at(-1)![1]!;
  expect(before).toBeGreaterThan(0);
  let first: number | undefined;
  expectWhole(await opened(library, (at) => (first ??= at)));
  if (before < 2600) expect(first).toBeGreaterThan(before);
});

it('is whole after a tab that was closed in the middle of a write', async () => {
  const closing = await openLibrary(library.name);
  let step = 0;
  await expect(opened(closing, () => ++step === 3 && closing.close())).rejects.toThrow('closed');
  const reopened = await openLibrary(library.name);
  expect((await census(reopened))['pending']).toBeUndefined();
  expectWhole(await opened(reopened));
});

it('takes only what is new of a collection that has grown', async () => {
  await opened();
  const [[, end]] = (await parts()) as [number[]];
  const more = Array.from({ length: 300 }, (_, i) => ({ id: `n${i}`, text: `moon ${WORDS[i % 10]}` }));
  await finish(library.appendTexts(id, 'more.tsv', chunksOf(more)));
  expect(await isIndexed(library, id)).toBe(false);
  const steps: number[] = [];
  expectWhole(await opened(library, (at) => steps.push(at)), [...documents, ...more]);
  expect(Math.min(...steps)).toBeGreaterThan(2600);
  // What was there is not written again.
  expect((await parts())[0]).toEqual([0, end]);
});

it('of another version is dropped and built again', async () => {
  await library.putIndex(id, 'bm25', { format: 'bm25', version: 1 }, { documents: new Int32Array(9) });
  expectWhole(await opened());
  expect(await library.getIndex(id, 'bm25')).toBeUndefined();
  await library.dropIndex(id, 'bm25');
  await library.putIndexPart(id, 'bm25', { first: 0, documents: 2600, meta: { format: 'bm25', version: 9 } }, {});
  expect(await isIndexed(library, id)).toBe(false);
  expectWhole(await opened());
});

it('stands beside those of other collections, and goes with its own', async () => {
  const before = await census(library);
  const other = (await finish(library.importDataset(collection('other'), chunksOf(documents.slice(0, 40))))).result.id;
  const mine = await opened();
  [id] = [other];
  expectWhole(await opened(), documents.slice(0, 40));
  expectWhole(mine);
  await library.remove('dataset', other);
  await library.purge('dataset', other);
  expect(await library.indexParts(other, 'bm25')).toEqual([]);
  expect((await census(library))['datasets']).toBe(before['datasets']);
});

it('takes no part that leaves a gap or overlaps', async () => {
  const put = (first: number, documents: number) =>
    library.putIndexPart(id, 'x', { first, documents, meta: {} }, { a: new Uint8Array(3) });
  await put(0, 10);
  await expect(put(11, 5)).rejects.toThrow('was changed meanwhile');
  await expect(put(5, 10)).rejects.toThrow('was changed meanwhile');
  await put(10, 5);
  await put(15, 5);
  await expect(put(10, 8)).rejects.toThrow('was changed meanwhile');
  await put(0, 15);
  const found = await library.indexParts(id, 'x');
  expect(found.map(({ first, documents, bytes }) => [first, documents, bytes])).toEqual([
    [0, 15, 3],
    [15, 5, 3],
  ]);
});
