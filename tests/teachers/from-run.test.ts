import { describe, expect, it } from 'vitest';
import { cutRun, teachFromRun } from '../../src/teachers/from-run';
import { gradedLibrary } from './graded-library';

const ranked = (...scores: number[]) => scores.map((score, i) => ({ document: `d${i}`, rank: i + 1, score }));

describe('a run as the teacher', () => {
  it('is cut to its first documents by rank, with 1/rank or its own scores', () => {
    const run = new Map([
      ['a', ranked(9, 7, 8).toReversed()],
      ['b', ranked(3)],
    ]);
    expect(cutRun(run, 2, '1/rank')).toEqual(
      new Map([
        [
          'a',
          [
            { document: 'd0', rank: 1, score: 1 },
            { document: 'd1', rank: 2, score: 0.5 },
          ],
        ],
      ]),
    );
    expect(
      cutRun(run, 5, 'teacher')
        .get('a')!
        .map(({ score }) => score),
    ).toEqual([9, 7, 8]);
  });

  it('is stored as a run of its own, for the queries asked for', async () => {
    const { library, ids } = await gradedLibrary(3, 20);
    const ranking = await library.readRanking(ids.run, 'q0');
    const system = { collection: ids.collection, system: 'RankVicuna' };
    const source = await library.writeRun(
      'vicuna',
      new Map([
        ['q0', ranking],
        ['other', ranking],
      ]),
      system,
    );
    const request = { run: source.id, queries: ids.queries, depth: 4, name: 'lists', scores: '1/rank' } as const;
    const { dataset, lists, left } = await teachFromRun(library, request);
    expect({ lists, left }).toEqual({ lists: 1, left: 1 });
    expect(dataset).toMatchObject({ name: 'lists', count: 4, madeFrom: { ...system, queries: ids.queries } });
    await expect(teachFromRun(library, { ...request, depth: 1 })).rejects.toThrow(
      /^vicuna: no query with two documents/,
    );
  });
});
