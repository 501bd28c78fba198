import { expect, it } from 'vitest';
import { isMadeOnTheWay, namedStart } from '../../src/recipes/stage-start';

it('a stage starts from what it names, from a stored checkpoint, or from what was made before it', () => {
  const starts = ['base', 'previous', 'auto', 'mine'].map((from) => ({ from }));
  expect(starts.map(namedStart)).toEqual([undefined, undefined, undefined, 'mine']);
  expect(starts.map((start) => isMadeOnTheWay(start, 0))).toEqual([false, true, false, false]);
  expect(starts.map((start) => isMadeOnTheWay(start, 1))).toEqual([false, true, true, false]);
});
