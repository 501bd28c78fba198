import { expect, test, vi } from 'vitest';
import type { Dataset } from '../../src/storage/entries';
import { browse, find } from '../../workers/data/browse';
import { tinyLibrary } from '../experiments/tiny-library';

const library = await tinyLibrary();
const datasets = await library.datasets();
const named = (kind: Dataset['kind'], name: string) =>
  datasets.find((entry) => entry.kind === kind && entry.name === name)!;

test('an id is found by the table of ids, and nothing else is read', async () => {
  const collection = named('collection', 'animals');
  const scanned = vi.spyOn(library, 'batches');
  const [text] = await library.texts(collection.id).texts(['d7']);
  expect(await find(library, collection, 'd7')).toEqual({ id: 'd7', text });
  // Part of an id, another case, or nothing at all is no id.
  for (const no of ['d', 'D7', '']) expect(await find(library, collection, no)).toBeUndefined();
  expect(scanned).not.toHaveBeenCalled();
  scanned.mockRestore();
});

test('a query of judgements and of a run, with what belongs to it', async () => {
  const [query] = await library.queriesOf(named('run', 'first').id);
  const ranked = await find(library, named('run', 'first'), query!);
  expect(ranked).toEqual((await browse(library, named('run', 'first'), 0, 1, query)).rows[0]);
  expect((await find(library, named('qrels', 'animals'), query!))!.text).toMatch(/^d\d+: \d/);
  expect(await find(library, named('run', 'first'), 'nobody')).toBeUndefined();
});

test('a search that nobody waits for reads no further', async () => {
  const collection = named('collection', 'animals');
  expect((await browse(library, collection, 0, 5, 'd')).total).toBe(60);
  expect((await browse(library, collection, 0, 5, 'd', () => false)).total).toBe(0);
});
