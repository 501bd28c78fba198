import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Qrels, Run } from '../../src/formats/records';
import { SAMPLING_DEFAULTS } from '../../src/recipes/defaults';
import type { SamplingOptions } from '../../src/recipes/recipe';
import { createSampler } from '../../src/training/sampler';
import { may, samplingData, samplingOptions } from './sampling-data';

describe('an explained list', () => {
  it('is the list that training gets, with one reason for every document of the query', () => {
    fc.assert(
      fc.property(samplingData, samplingOptions, fc.integer(), fc.nat(3), ({ run, qrels }, o, seed, epoch) => {
        const sampler = createSampler(run, qrels, o, seed);
        for (let index = 0; index < sampler.queries.length; index++) {
          const list = sampler.list(epoch, index);
          const { query } = list;
          const explained = sampler.explain(epoch, query);
          expect(explained).toMatchObject({ query, index, list });
          const judged = o.useRanksAsQrels ? [] : [...qrels.get(query)!.keys()];
          const all = new Set([...run.get(query)!.map(({ document }) => document), ...judged]);
          expect(explained.documents.map(({ document }) => document).sort()).toEqual([...all].sort());
          const drawn = explained.documents.flatMap(({ document, outcome }) =>
            outcome.type === 'drawn' ? [{ document, ...outcome }] : [],
          );
          drawn.sort((a, b) => a.place - b.place);
          expect(drawn.map(({ place }) => place)).toEqual(list.docs.map((_, i) => i + 1));
          expect(drawn.map(({ document }) => document)).toEqual(list.docs);
          expect(drawn.map(({ label }) => label)).toEqual(list.labels);
          for (const { document, outcome } of explained.documents) {
            expect(outcome.type === 'filtered').toBe(!may(run, qrels, o, query, document));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('says why a query has none', () => {
    fc.assert(
      fc.property(samplingData, samplingOptions, fc.integer(), ({ run, qrels }, o, seed) => {
        const sampler = createSampler(run, qrels, o, seed);
        for (const { reason, examples } of sampler.dropped) {
          for (const query of examples) {
            const explained = sampler.explain(0, query);
            expect(explained).toMatchObject({ query, dropped: reason });
            expect(explained.list).toBeUndefined();
            for (const { outcome } of explained.documents) expect(['filtered', 'no list']).toContain(outcome.type);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('names the rule or the draw of each document', () => {
    const run: Run = new Map([['q', [...'abcdef'].map((document, i) => ({ document, rank: i + 1, score: 9 - i }))]]);
    const qrels: Qrels = new Map([['q', new Map(Object.entries({ b: 1, c: 2, d: -3, x: 1, y: 0 }))]]);
    const o: SamplingOptions = {
      ...SAMPLING_DEFAULTS.CL,
      trainSampleSize: 3,
      trainSampleDepth: 5,
      relevant: 'first',
      nonRelevant: 'first',
      keepNonRetrieved: 'relevant',
      shuffleDocs: false,
    };
    const explain = (change: Partial<SamplingOptions> = {}) => {
      const { documents, draws } = createSampler(run, qrels, { ...o, ...change }, 42).explain(0, 'q');
      return { draws, outcomes: Object.fromEntries(documents.map(({ document, outcome }) => [document, outcome])) };
    };
    const { draws, outcomes } = explain();
    expect(draws).toEqual([
      { as: 'relevant', by: 'rank', count: 1, from: 3 },
      { as: 'non-relevant', by: 'rank', count: 2, from: 2 },
    ]);
    expect(outcomes).toEqual({
      a: { type: 'drawn', as: 'non-relevant', by: 'rank', place: 1, label: 0 },
      b: { type: 'drawn', as: 'relevant', by: 'rank', place: 2, label: 1 },
      c: { type: 'passed over', as: 'relevant', by: 'rank' },
      d: { type: 'in no draw', because: 'grade below −1' },
      e: { type: 'drawn', as: 'non-relevant', by: 'rank', place: 3, label: 0 },
      f: { type: 'filtered', rule: 'trainSampleDepth' },
      x: { type: 'passed over', as: 'relevant', by: 'rank' },
      y: { type: 'filtered', rule: 'trainSampleDepth' },
    });
    expect(explain({ keepNonRetrieved: false }).outcomes['x']).toEqual({ type: 'filtered', rule: 'keepNonRetrieved' });
    expect(explain({ removeUnjudged: true }).outcomes['a']).toEqual({ type: 'filtered', rule: 'removeUnjudged' });
    expect(explain({ numRelevantSamples: -1, trainSampleSize: 2 }).outcomes['c']).toEqual({
      type: 'in no draw',
      because: 'ranked below the size',
    });
  });

  it('refuses a query that nobody knows', () => {
    const sampler = createSampler(new Map(), new Map(), SAMPLING_DEFAULTS.CL, 42);
    expect(() => sampler.explain(0, 'q')).toThrow('query q: neither the run nor the judgements have it');
  });
});
