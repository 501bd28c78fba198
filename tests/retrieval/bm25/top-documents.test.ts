import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopDocuments } from '../../../src/retrieval/bm25/top-documents';

it('keeps the best, of equal scores the first ones', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 1, max: 20 }), (scores, capacity) => {
      const top = new TopDocuments(capacity);
      // Twice: taking the documents leaves it as new.
      for (let round = 0; round < 2; round++) {
        scores.forEach((score, document) => top.offer(document, score));
        const sorted = scores.map((score, document) => ({ document, score })).sort((a, b) => b.score - a.score);
        expect(top.take()).toEqual(sorted.slice(0, capacity));
      }
    }),
  );
});

it('tells what it takes to be kept', () => {
  const top = new TopDocuments(2);
  expect([top.offer(0, 3), top.offer(1, 5), top.offer(2, 4), top.offer(3, 4)]).toEqual([0, 3, 4, 4]);
});
