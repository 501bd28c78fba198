import { expect, test } from 'vitest';
import { batchRows, inWords } from '../../../src/ui/fine-tune/batch-rows';

test('documents by score, each with the rank that its label wants', () => {
  const rows = batchRows(['a', 'b', 'c'], [3, 1, 2], [0.1, 0.9, 0.5]);
  expect(rows.map(({ document, rank, wanted }) => [document, rank, wanted])).toEqual([
    ['b', 1, 3],
    ['c', 2, 2],
    ['a', 3, 1],
  ]);
  expect(inWords(rows)).toBe('0% of the pairs are in the teacher’s order');
});

test('where the relevant ones are', () => {
  expect(inWords(batchRows(['a', 'b', 'c'], [0, 1, 0], [3, 2, 1]))).toBe('The relevant document is at rank 2 of 3');
  expect(inWords(batchRows(['a', 'b'], [1, 1], [1, 2]))).toBe('The relevant documents are at rank 1, 2 of 2');
  expect(inWords(batchRows(['a', 'b'], [0, -1], [1, 2]))).toBe('No document of this list is relevant');
});
