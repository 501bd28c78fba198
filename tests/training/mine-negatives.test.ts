import { expect, test } from 'vitest';
import type { Qrels, Run } from '../../src/formats/records';
import { mineNegatives } from '../../src/training/mine-negatives';

const ranking = (...documents: string[]) => documents.map((document, i) => ({ document, rank: i + 1, score: 9 - i }));
const run: Run = new Map([
  ['q1', ranking('a', 'b', 'c', 'd', 'e')],
  ['q2', ranking('x')],
  ['q3', ranking('a')],
]);
const qrels: Qrels = new Map([
  ['q1', new Map([['b', 2], ['d', 0], ['e', 1]])],
  ['q2', new Map([['x', 1]])],
]); // prettier-ignore

const documents = (of: Run, query: string) => of.get(query)?.map(({ document }) => document);

test('what is judged relevant goes, what is judged not relevant or not at all stays', () => {
  const mined = mineNegatives(run, qrels, { skipTop: 0, depth: 500 });
  expect(mined.run.get('q1')).toEqual([
    { document: 'a', rank: 1, score: 9 },
    { document: 'c', rank: 2, score: 7 },
    { document: 'd', rank: 3, score: 6 },
  ]);
  expect(mined).toMatchObject({ relevant: 3, unjudged: 1, empty: 1 });
  expect([...mined.run.keys()]).toEqual(['q1']);
});

test('the first are skipped after the relevant ones are out, and the depth is counted after that', () => {
  expect(documents(mineNegatives(run, qrels, { skipTop: 1, depth: 1 }).run, 'q1')).toEqual(['c']);
  expect(documents(mineNegatives(run, qrels, { skipTop: 3, depth: 1 }).run, 'q1')).toBeUndefined();
});

test('graded judgements may ask for more than 1', () => {
  const mined = mineNegatives(run, qrels, { skipTop: 0, depth: 500, relevantFrom: 2 });
  expect(documents(mined.run, 'q1')).toEqual(['a', 'c', 'd', 'e']);
});

test('a run out of order is read by rank', () => {
  const shuffled: Run = new Map([['q1', [...run.get('q1')!].reverse()]]);
  expect(documents(mineNegatives(shuffled, qrels, { skipTop: 0, depth: 2 }).run, 'q1')).toEqual(['a', 'c']);
});
