import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { dataHealth, type Finding, type FindingName } from '../../src/experiments/data-health';
import type { DatasetKind } from '../../src/storage/entries';
import { chunksOf, finish, freshLibrary } from '../storage/helpers';
import { tinyLibrary } from './tiny-library';

const library = await freshLibrary();
const store = async (kind: DatasetKind, records: object[]) => {
  const steps = library.importDataset({ kind, name: kind, source: 'test' }, chunksOf(records as never[]));
  return (await finish(steps)).result.id;
};

const collection = await store('collection', [
  { id: 'a', text: 'the sea' },
  { id: 'b', text: 'the moon' },
  { id: 'c', text: 'the sea' },
  { id: 'd', text: ' ' },
]);
const queries = await store('queries', [
  { id: '1', text: 'sea' },
  { id: '2', text: 'moon' },
]);
const qrels = await store('qrels', [
  { query: '1', document: 'a', relevance: 1 },
  { query: '1', document: 'gone', relevance: 2 },
  { query: '2', document: 'b', relevance: 0 },
  { query: '9', document: 'b', relevance: 1 },
]);
const run = await store('run', [
  { query: '1', document: 'a', rank: 1, score: 3 },
  { query: '1', document: 'c', rank: 2, score: 2 },
  { query: '8', document: 'away', rank: 1, score: 1 },
]);

const EXPECTED: Record<FindingName, Omit<Finding, 'what'>> = {
  emptyDocuments: { count: 1, of: 4, examples: ['d'] },
  repeatedDocuments: { count: 1, of: 4, examples: ['c'] },
  queriesWithoutText: { count: 1, of: 3, examples: ['9'] },
  queriesWithoutRelevant: { count: 1, of: 3, examples: ['2'] },
  judgedNotInCollection: { count: 1, of: 3, examples: ['gone'] },
  rankedQueriesWithoutText: { count: 1, of: 2, examples: ['8'] },
  rankedNotInCollection: { count: 1, of: 3, examples: ['away'] },
  unjudgedInTop10: { count: 1, of: 2, examples: ['1: c'] },
  relevantNotRanked: { count: 1, of: 2, examples: ['1: gone'] },
};

test('each thing that may be wrong, counted and named', async () => {
  const { findings, lengths } = await dataHealth(library, { collection, queries, qrels, run });
  expect(Object.fromEntries(findings.map(({ what, ...rest }) => [what, rest]))).toEqual(EXPECTED);
  expect(lengths).toBeUndefined();
});

test('only what was given is looked at', async () => {
  expect(await dataHealth(library, {})).toEqual({ findings: [] });
  const { findings } = await dataHealth(library, { qrels });
  expect(findings.map(({ what }) => what)).toEqual(['queriesWithoutRelevant']);
});

test('lengths in the model’s tokens, shortest first', async () => {
  const tiny = await tinyLibrary();
  const [checkpoint] = await tiny.checkpoints();
  const stored = await tiny.datasets();
  const idOf = (kind: DatasetKind) => stored.find((entry) => entry.kind === kind)!.id;
  const question = { collection: idOf('collection'), queries: idOf('queries'), checkpoint: checkpoint!.id };
  const { lengths } = await dataHealth(tiny, question);
  expect(lengths!.documents).toHaveLength(60);
  expect(lengths!.documents).toEqual(lengths!.documents.toSorted((a, b) => a - b));
  expect(lengths!.documents[0]).toBeGreaterThan(0);
  expect(lengths!.query).toBeGreaterThan(0);
  expect(lengths!.special).toBe(3);
});
