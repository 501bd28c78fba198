import { expect, test } from 'vitest';
import type { Run } from '../../src/formats/records';
import { fuseByReciprocalRank } from '../../src/retrieval/reciprocal-rank-fusion';

const run = (rankings: Record<string, string[]>): Run =>
  new Map(
    Object.entries(rankings).map(([query, documents]) => [
      query,
      documents.map((document, i) => ({ document, rank: i + 1, score: -i })),
    ]),
  );

test('a document gets 1/(60 + rank) of each run that has it', () => {
  const fused = fuseByReciprocalRank([run({ q: ['a', 'b', 'c'] }), run({ q: ['c', 'a'] })], 10).get('q')!;
  expect(fused).toEqual([
    { document: 'a', rank: 1, score: 1 / 61 + 1 / 62 },
    { document: 'c', rank: 2, score: 1 / 63 + 1 / 61 },
    { document: 'b', rank: 3, score: 1 / 62 },
  ]);
});

test('only the depth is kept, and k is what it is said to be', () => {
  const fused = fuseByReciprocalRank([run({ q: ['a', 'b', 'c'] })], 2, 1).get('q')!;
  expect(fused.map(({ document, score }) => [document, score])).toEqual([
    ['a', 1 / 2],
    ['b', 1 / 3],
  ]);
});

test('a query that only one run has keeps its order', () => {
  const fused = fuseByReciprocalRank([run({ p: ['a'] }), run({ q: ['x', 'y'] })], 10);
  expect([...fused.keys()]).toEqual(['p', 'q']);
  expect(fused.get('q')!.map(({ document }) => document)).toEqual(['x', 'y']);
});

test('of equal scores the first run’s document comes first', () => {
  const fused = fuseByReciprocalRank([run({ q: ['z'] }), run({ q: ['a'] })], 10).get('q')!;
  expect(fused.map(({ document }) => document)).toEqual(['z', 'a']);
});
