/** Against trec_eval's own code, by the golden that `make-evaluation.py` wrote. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluation/evaluate';
import type { Qrels, Run } from '../../src/formats/records';
import golden from '../goldens/evaluation.json';

const qrels: Qrels = new Map(
  Object.entries(golden.qrels).map(([query, judged]) => [query, new Map(Object.entries(judged as object))]),
);
const run: Run = new Map(
  Object.entries(golden.run).map(([query, ranking]) => [
    query,
    // Ranks are what the file says, not what counts: here they are in the order of writing.
    Object.entries(ranking as Record<string, number>).map(([document, score], i) => ({ document, score, rank: i + 1 })),
  ]),
);

describe('evaluate', () => {
  const { perQuery, mean, missing } = evaluate(qrels, run, golden.measures);
  const expected = golden.perQuery as unknown as Record<string, Record<string, number>>;

  it.each(Object.keys(expected))('measures query "%s" as trec_eval does', (query) => {
    for (const [measure, value] of Object.entries(expected[query]!)) {
      expect(perQuery[query]![measure], measure).toBeCloseTo(value, 10);
    }
  });

  it('averages over the queries of both, as trec_eval does, and names those that the run lacks', () => {
    expect(Object.keys(perQuery).sort()).toEqual(Object.keys(expected).sort());
    for (const [measure, value] of Object.entries(golden.mean.common))
      expect(mean[measure], measure).toBeCloseTo(value, 10);
    expect(missing).toEqual(['missing', 'missing-too']);
  });

  it('averages over all judged queries when asked to, as trec_eval -c and ir_measures do', () => {
    const complete = evaluate(qrels, run, golden.measures, { queries: 'judged' });
    for (const [measure, value] of Object.entries(golden.mean.judged)) {
      expect(complete.mean[measure], measure).toBeCloseTo(value, 10);
    }
    expect(complete.perQuery['missing']!['nDCG@10']).toBe(0);
  });

  it('has UNJ as the rest of Judged', () => {
    const { perQuery } = evaluate(qrels, run, ['UNJ@3']);
    for (const query of Object.keys(expected)) {
      expect(perQuery[query]!['UNJ@3'], query).toBeCloseTo(1 - expected[query]!['Judged@3']!, 10);
    }
  });

  it('rounds the wanted recall to a count as trec_eval 10 does', () => {
    // 0.3 of 4 relevant documents is 1.2: one document for version 10, two for version 9 (precision 0.5).
    const four: Qrels = new Map([['q', new Map(['a', 'b', 'c', 'd'].map((document) => [document, 1]))]]);
    const documents = ['a', 'x', 'y', 'b'];
    const ranked: Run = new Map([['q', documents.map((document, i) => ({ document, rank: i + 1, score: -i }))]]);
    expect(evaluate(four, ranked, ['IPrec@0.3', 'IPrec@0.4']).mean).toEqual({ 'IPrec@0.3': 1, 'IPrec@0.4': 0.5 });
  });

  it('takes 2^grade − 1 as gain with exp-log2', () => {
    const small: Qrels = new Map([
      [
        'q',
        new Map([
          ['a', 3],
          ['b', 1],
        ]),
      ],
    ]);
    const ranked: Run = new Map([
      [
        'q',
        [
          { document: 'b', rank: 1, score: 2 },
          { document: 'a', rank: 2, score: 1 },
        ],
      ],
    ]);
    const name = "nDCG(dcg='exp-log2')@10";
    const value = (1 + 7 / Math.log2(3)) / (7 + 1 / Math.log2(3));
    expect(evaluate(small, ranked, [name]).mean[name]).toBeCloseTo(value, 12);
  });

  it('refuses a document that comes twice, and names it', () => {
    const twice: Run = new Map([
      [
        'ties',
        [
          { document: 'a', rank: 1, score: 2 },
          { document: 'a', rank: 2, score: 1 },
        ],
      ],
    ]);
    expect(() => evaluate(qrels, twice, ['AP'])).toThrow('query ties has document a twice');
  });

  it('refuses a score that is not a number', () => {
    const broken: Run = new Map([['ties', [{ document: 'a', rank: 1, score: NaN }]]]);
    expect(() => evaluate(qrels, broken, ['AP'])).toThrow('query ties, document a: the score is not a number');
  });

  it('refuses run and judgements that share no query', () => {
    const other: Run = new Map([['x1', [{ document: 'a', rank: 1, score: 1 }]]]);
    expect(() => evaluate(qrels, other, ['AP'])).toThrow(/no query has both judgements \(ties.*ranking \(x1/);
  });
});
