import { expect, it, vi } from 'vitest';
import { belongingTo } from '../../src/teachers/belonging';
import { gradedLibrary } from './graded-library';

it('a run belongs to what it was made from, or to what has its first query and document', async () => {
  const { library, ids } = await gradedLibrary(2, 20);
  const { collection, queries } = ids;
  expect(await belongingTo(library, ids.run)).toEqual({ collection, queries });

  const ranking = await library.readRanking(ids.run, 'q1');
  const alien = await library.writeRun('alien', new Map([['x', ranking]]));
  expect(await belongingTo(library, alien.id)).toEqual({ collection });
  const made = await library.writeRun('made', new Map([['x', ranking]]), { queries, collection: 'deleted' });
  expect(await belongingTo(library, made.id)).toEqual({ collection, queries });
});

it('a run that says what it was made from is not read', async () => {
  const { library, ids } = await gradedLibrary(2, 20);
  const { collection, queries } = ids;
  const ranking = await library.readRanking(ids.run, 'q1');
  const made = await library.writeRun('made', new Map([['q1', ranking]]), { queries, collection });
  const read = [vi.spyOn(library, 'queriesOf'), vi.spyOn(library, 'readRanking')];
  expect(await belongingTo(library, made.id)).toEqual({ collection, queries });
  for (const reading of read) expect(reading).not.toHaveBeenCalled();
});
