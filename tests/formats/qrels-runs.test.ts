import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQrels, parseQrels, toQrels } from '../../src/formats/qrels';
import { formatRun, parseRun, toRun } from '../../src/formats/runs';
import { encode, file, gather, streamOf } from './source';

const id = fc.stringMatching(/^[A-Za-z0-9][\w:.#-]{0,9}$/);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });

describe('qrels', () => {
  it('written and read are the same', async () => {
    const judged = fc.uniqueArray(fc.tuple(id, fc.integer({ min: -2, max: 4 })), {
      selector: ([d]) => d,
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(id, judged), { selector: ([q]) => q, maxLength: 5 }),
        sizes,
        async (queries, sizes) => {
          const qrels = new Map(queries.map(([query, documents]) => [query, new Map(documents)]));
          const data = streamOf(encode([...formatQrels(qrels)].join('')), sizes);
          const { records, errors } = await gather(parseQrels({ name: 'f', data }, 'trec'));
          expect(errors).toEqual([]);
          expect(toQrels(records)).toEqual(qrels);
        },
      ),
    );
  });

  it("may have any white space, comments and negative grades, as trec_eval's", async () => {
    const { records, lines } = await gather(
      parseQrels(file('f', '# a comment\n1 0 d#1 2\n\n 1\tQ0  d2   -1 \r\n'), 'trec'),
    );
    expect(records).toEqual([
      { query: '1', document: 'd#1', relevance: 2 },
      { query: '1', document: 'd2', relevance: -1 },
    ]);
    expect(lines).toEqual([2, 4]);
  });

  it('report bad lines', async () => {
    const { errors } = await gather(parseQrels(file('q.txt', '1 0 d1\n1 0 d1 x\n1 0 d1 0.5\n1 0 d1 1 1\n'), 'trec'));
    expect(errors.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: expected 4 columns, found 3',
      '2: expected a whole number as relevance, found "x"',
      '3: expected a whole number as relevance, found "0.5"',
      '4: expected 4 columns, found 5',
    ]);
  });

  it("are BEIR's with and without a header", async () => {
    const rows = [
      { query: 'q 1', document: 'd1', relevance: 1 },
      { query: 'q2', document: 'd2', relevance: 0 },
    ];
    const body = 'q 1\td1\t1\nq2\td2\t0\n';
    expect((await gather(parseQrels(file('f', `query-id\tcorpus-id\tscore\n${body}`), 'beir'))).records).toEqual(rows);
    expect((await gather(parseQrels(file('f', body), 'beir'))).records).toEqual(rows);
    const { errors } = await gather(parseQrels(file('f', `query-id\tcorpus-id\tscore\nq1 d1 1\n`), 'beir'));
    expect(errors).toMatchObject([{ line: 2, reason: 'expected 3 columns separated by tabs, found 1' }]);
  });
});

describe('runs', () => {
  it('written and read are the same, with ranks from 1 and every digit of the scores', async () => {
    const score = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    const ranking = fc.uniqueArray(fc.tuple(id, score), { selector: ([d]) => d, minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(id, ranking), { selector: ([q]) => q, maxLength: 5 }),
        sizes,
        async (queries, sizes) => {
          const run = new Map(
            queries.map(([query, list]) => [
              query,
              list.map(([document, score], i) => ({ document, rank: i + 1, score })),
            ]),
          );
          const data = streamOf(encode([...formatRun(run, 'my system')].join('')), sizes);
          const { records, errors } = await gather(parseRun({ name: 'f', data }, 'trec'));
          expect(errors).toEqual([]);
          expect(records.every(({ system }) => system === 'my_system')).toBe(true);
          expect(toRun(records)).toEqual(run);
        },
      ),
    );
  });

  it('are put in order of rank, and a second line for a document is left out', () => {
    const line = (document: string, rank: number) => ({ query: 'q', document, rank, score: 9 - rank, system: 's' });
    expect(
      toRun([line('c', 3), line('a', 1), line('b', 2), line('a', 4)])
        .get('q')!
        .map(({ document }) => document),
    ).toEqual(['a', 'b', 'c']);
  });

  it('may have more than six columns, comments, ranks from 0 and scores with exponents', async () => {
    const { records, errors } = await gather(
      parseRun(file('f', '# run\n301\tQ0\tFT-1\t0\t  1e-3 \tSTANDARD more junk\n'), 'trec'),
    );
    expect(errors).toEqual([]);
    expect(records).toEqual([{ query: '301', document: 'FT-1', rank: 0, score: 0.001, system: 'STANDARD' }]);
  });

  it('report bad lines', async () => {
    const { errors } = await gather(
      parseRun(file('f', '1 Q0 d 1 2.5\n1 Q0 d one 2.5 s\n1 Q0 d 1 nan s\n1 Q0 d 1 0x10 s\n'), 'trec'),
    );
    expect(errors.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: expected 6 columns, found 5',
      '2: expected a whole number as rank, found "one"',
      '3: expected a number as score, found "nan"',
      '4: expected a number as score, found "0x10"',
    ]);
  });

  it("are ColBERT's, with scores or with 1/rank", async () => {
    const { records, errors } = await gather(
      parseRun(file('f', 'q\tp1\t1\t31.5\nq\tp2\t2\nq\tp3\t0\nq p4 4\n'), 'colbert'),
    );
    expect(records.map(({ document, rank, score }) => [document, rank, score])).toEqual([
      ['p1', 1, 31.5],
      ['p2', 2, 0.5],
    ]);
    expect(errors.map(({ reason }) => reason)).toEqual([
      'expected a rank from 1, found "0"',
      'expected 3 or 4 columns separated by tabs, found 1',
    ]);
  });
});
