import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { census, chunksOf, finish, freshLibrary } from './helpers';

const run = { kind: 'run' as const, name: 'bm25', source: 'bm25.trec' };
const qrels = { kind: 'qrels' as const, name: 'judged', source: 'qrels.txt' };

describe('a stored run', () => {
  it('comes back whole, in the order of queries and ranks', async () => {
    const library = await freshLibrary();
    const score = fc.double({ noNaN: true, noDefaultInfinity: true });
    const ranking = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), score), {
      selector: ([d]) => d,
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), ranking), { selector: ([q]) => q, minLength: 1 }),
        async (queries) => {
          const original = new Map(
            queries.map(([q, list]) => [q, list.map(([document, score], i) => ({ document, rank: i + 1, score }))]),
          );
          const stored = await library.writeRun('mine', original, { system: 'ours' });
          const read = await library.readRun(stored.id);
          expect(read).toEqual(original);
          expect([...read.keys()]).toEqual([...original.keys()]);
          expect(await library.queriesOf(stored.id)).toEqual([...original.keys()]);
          const streamed = new Map();
          for await (const { query, ranking } of library.rankings(stored.id)) streamed.set(query, ranking);
          expect([...streamed]).toEqual([...original]);
          expect(stored).toMatchObject({
            kind: 'run',
            count: [...original.values()].flat().length,
            madeFrom: { system: 'ours' },
          });
          const last = queries.at(-1)![0];
          expect(await library.readRanking(stored.id, last)).toEqual(original.get(last));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('whose queries are spread over the file and over transactions is one list a query', async () => {
    const library = await freshLibrary();
    const long = 'x'.repeat(10_000);
    const lines = Array.from({ length: 1000 }, (_, i) => ({
      query: `q${i % 7}`,
      document: `${i}${long}`,
      rank: 1000 - i,
      score: i,
      system: 's',
    }));
    const { result, progress } = await finish(library.importDataset(run, chunksOf(lines)));
    expect(progress.length).toBeGreaterThan(2);
    expect(result.madeFrom).toEqual({ system: 's' });
    const read = await library.readRun(result.id);
    expect([...read.keys()]).toEqual(['q0', 'q1', 'q2', 'q3', 'q4', 'q5', 'q6']);
    expect([...read.values()].flat()).toHaveLength(1000);
    for (const ranking of read.values())
      expect(ranking.map(({ rank }) => rank)).toEqual(ranking.map(({ rank }) => rank).toSorted((a, b) => a - b));
    expect(await library.readRanking(result.id, 'q3')).toEqual(read.get('q3'));
    expect(await library.readRanking(result.id, 'q9')).toEqual([]);
  });

  it('takes the first line of a document that comes twice for a query, and reports the second', async () => {
    const library = await freshLibrary();
    const line = (query: string, document: string, rank: number) => ({
      query,
      document,
      rank,
      score: -rank,
      system: 's',
    });
    const lines = [line('1', 'a', 1), line('2', 'a', 1), line('1', 'b', 2), line('1', 'a', 3)];
    const { result, progress } = await finish(
      library.importDataset(run, chunksOf(lines, 1), { onBadLines: () => true }),
    );
    expect(result.count).toBe(3);
    expect(progress.at(-1)!.errors).toMatchObject([
      { file: 'bm25.trec', line: 4, reason: expect.stringContaining('document a once for query 1') },
    ]);
    expect((await library.readRanking(result.id, '1')).map(({ document, rank }) => [document, rank])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });
});

describe('stored qrels', () => {
  it('come back whole, or one query at a time', async () => {
    const library = await freshLibrary();
    const judgements = [
      { query: '2', document: 'a', relevance: 2 },
      { query: '2', document: 'b', relevance: -1 },
      { query: '1', document: 'a', relevance: 0 },
    ];
    const { result } = await finish(library.importDataset(qrels, chunksOf(judgements)));
    expect([...(await library.readQrels(result.id))]).toEqual([
      ['2', new Map([['a', 2], ['b', -1]])],
      ['1', new Map([['a', 0]])],
    ]); // prettier-ignore
    expect(await library.readJudgements(result.id, '2')).toEqual(
      new Map([
        ['a', 2],
        ['b', -1],
      ]),
    );
    expect(await library.readJudgements(result.id, '3')).toEqual(new Map());
    await expect(library.readRun(result.id)).rejects.toThrow('judged: expected run, found qrels');
  });

  it('of many queries are a value a query', async () => {
    const library = await freshLibrary();
    const judgements = Array.from({ length: 2000 }, (_, i) => ({
      query: `q${i >> 1}`,
      document: `d${i}`,
      relevance: 1,
    }));
    const { result } = await finish(library.importDataset(qrels, chunksOf(judgements, 501)));
    expect((await census(library)).rankings).toBe(1000);
    const read = await library.readQrels(result.id);
    expect([...read.keys()]).toEqual(Array.from({ length: 1000 }, (_, i) => `q${i}`));
  });
});
