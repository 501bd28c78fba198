import { expect, it } from 'vitest';
import { readRankGpt } from '../../src/formats/rankgpt';
import { asRankGpt } from '../../src/teachers/as-rankgpt';
import { gradedLibrary } from './graded-library';

it("lists come out as RankGPT's two files, and read back they are the same run", async () => {
  const { library, ids, right } = await gradedLibrary(3, 20);
  const list = (q: number) => right(q).map((document, i) => ({ document, rank: i + 1, score: 1 / (i + 1) }));
  // The second query's list was left out.
  const taught = new Map([
    ['q0', list(0)],
    ['q2', list(2)],
  ]);
  const { id } = await library.writeRun('taught', taught);
  const { permutations, retrieved } = await asRankGpt(library, { ...ids, depth: 20 }, id);
  const lines = JSON.parse(await permutations.text()) as string[];
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^(\[\d+\] > ){19}\[\d+\]$/);
  expect(JSON.parse((await retrieved.text()).split('\n')[1]!)).toMatchObject({
    query_id: 'q2',
    query: 'which passage has the highest grade (2)',
    retrieved_passages: expect.arrayContaining([{ docid: 'q2d0', rank: 1, text: expect.stringContaining('grade 6 ') }]),
  });
  const back = await readRankGpt({ name: 'p', data: permutations }, { name: 'r', data: retrieved });
  expect(back).toEqual({ run: taught, lists: 2, skipped: [] });
});
