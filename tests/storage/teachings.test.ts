import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { NotStoredError } from '../../src/storage/errors';
import { census, freshLibrary } from './helpers';

const entry = (id: string, createdAt = 1) => ({
  ...{ id, name: 'teacher', request: { depth: 20 }, createdAt },
  ...{ done: 0, total: 2 },
});

it("a teacher's lists are kept query by query, and go with their entry", async () => {
  const library = await freshLibrary();
  const heard: string[] = [];
  library.onChange(({ what, id }) => heard.push(`${what} ${id}`));
  await library.putTeaching(entry('a'));
  await library.putTeaching(entry('b', 2));
  await library.putTaught('a', 'q2', { documents: ['x', 'y'] }, 0);
  await library.putTaught('a', 'q2', { documents: ['y', 'x'] }, 1);
  await library.putTaught('a', 'q1', { documents: ['z'] }, 2);
  await library.putTaught('b', 'q1', { documents: ['w'] }, 1);

  expect((await library.teachings()).map(({ id, done }) => [id, done])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
  expect(await library.taught('a')).toEqual(
    new Map([
      ['q1', { documents: ['z'] }],
      ['q2', { documents: ['y', 'x'] }],
    ]),
  );
  await library.deleteTeaching('a');
  expect(await library.teaching('a')).toBeUndefined();
  expect(await library.taught('a')).toEqual(new Map());
  expect(await library.taught('b')).toEqual(new Map([['q1', { documents: ['w'] }]]));
  expect(await census(library)).toEqual({ teachings: 1, taught: 1 });
  expect(heard).toEqual(['teaching a', 'teaching b', 'teaching a']);
});

it('a list of an entry that was deleted meanwhile is not stored', async () => {
  const library = await freshLibrary();
  await expect(library.putTaught('gone', 'q', {}, 1)).rejects.toThrow(NotStoredError);
  expect(await census(library)).toEqual({});
});
