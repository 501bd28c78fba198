import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Qrels, Run } from '../../src/formats/records';
import type { SamplingOptions } from '../../src/recipes/recipe';
import { createSampler, type Sampler } from '../../src/training/sampler';

const CL: SamplingOptions = {
  trainSampleSize: 4,
  trainSampleDepth: 8,
  numRelevantSamples: 1,
  minNumRelevant: 1,
  relevant: 'random',
  nonRelevant: 'random',
  keepNonRetrieved: true,
  removeUnjudged: false,
  useRanksAsQrels: false,
  targets: 'relevance',
  shuffleDocs: true,
  shuffleQueries: true,
};

const documents = Array.from({ length: 16 }, (_, i) => `d${i}`);

/** Some queries with rankings and judgements over a few documents, many of them in only one of the two. */
const data = fc
  .array(
    fc.record({
      ranked: fc.shuffledSubarray(documents, { maxLength: 12 }),
      judged: fc.dictionary(fc.constantFrom(...documents), fc.integer({ min: -1, max: 3 })),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((queries) => {
    const run: Run = new Map();
    const qrels: Qrels = new Map();
    queries.forEach(({ ranked, judged }, i) => {
      if (ranked.length)
        run.set(
          `q${i}`,
          ranked.map((document, at) => ({ document, rank: at + 1, score: -at })),
        );
      if (Object.keys(judged).length) qrels.set(`q${i}`, new Map(Object.entries(judged)));
    });
    return { run, qrels };
  });

const options: fc.Arbitrary<SamplingOptions> = fc
  .record({
    trainSampleSize: fc.integer({ min: 1, max: 8 }),
    depth: fc.option(fc.integer({ min: 0, max: 6 })),
    numRelevantSamples: fc.integer({ min: -1, max: 4 }),
    minNumRelevant: fc.integer({ min: 0, max: 3 }),
    relevant: fc.constantFrom('first', 'random', 'topk', 'full_first', 'full_random') as fc.Arbitrary<
      SamplingOptions['relevant']
    >,
    nonRelevant: fc.constantFrom('first', 'random') as fc.Arbitrary<SamplingOptions['nonRelevant']>,
    keepNonRetrieved: fc.constantFrom<boolean | 'relevant'>(true, false, 'relevant'),
    removeUnjudged: fc.boolean(),
    useRanksAsQrels: fc.boolean(),
    targets: fc.constant('relevance') as fc.Arbitrary<SamplingOptions['targets']>,
    shuffleDocs: fc.boolean(),
    shuffleQueries: fc.boolean(),
  })
  .map(({ depth, ...rest }) => ({ ...rest, trainSampleDepth: depth === null ? -1 : rest.trainSampleSize + depth }));

const epoch = (sampler: Sampler, number: number) => sampler.queries.map((_, index) => sampler.list(number, index));

/** The rules of the study said once more, as one predicate on a document of a query. */
function may(run: Run, qrels: Qrels, o: SamplingOptions, query: string, document: string): boolean {
  const rank = run.get(query)!.find((entry) => entry.document === document)?.rank;
  const relevance = o.useRanksAsQrels ? rank && 1 : qrels.get(query)!.get(document);
  if (rank === undefined && !o.keepNonRetrieved) return false;
  if (o.removeUnjudged && relevance === undefined) return false;
  if (o.trainSampleDepth === -1) return rank !== undefined || relevance !== undefined;
  return (rank ?? Infinity) <= o.trainSampleDepth || (o.keepNonRetrieved === 'relevant' && (relevance ?? -1) >= 1);
}

describe('a sampled list', () => {
  const forAll = (check: (sampler: Sampler, run: Run, qrels: Qrels, o: SamplingOptions) => void) =>
    fc.assert(
      fc.property(data, options, fc.integer(), ({ run, qrels }, o, seed) =>
        check(createSampler(run, qrels, o, seed), run, qrels, o),
      ),
      { numRuns: 400 },
    );

  it('never has a document twice, one that may not be drawn, or more than its size', () => {
    forAll((sampler, run, qrels, o) => {
      for (const { query, docs, labels } of epoch(sampler, 0)) {
        expect(new Set(docs).size).toBe(docs.length);
        expect(labels.length).toBe(docs.length);
        expect(docs.length).toBeLessThanOrEqual(o.trainSampleSize);
        for (const document of docs) expect(may(run, qrels, o, query, document)).toBe(true);
      }
    });
  });

  it('has as many documents and as many relevant ones as the rules say', () => {
    forAll((sampler, run, qrels, o) => {
      for (const { query, docs, labels } of epoch(sampler, 0)) {
        const largest = Math.max(...[...run.values()].map((ranking) => ranking.length));
        const rank = (document: string) => run.get(query)!.find((entry) => entry.document === document)?.rank;
        const relevance = (document: string) => {
          if (o.useRanksAsQrels) return rank(document) ? largest - rank(document)! + 1 : -1;
          return qrels.get(query)!.get(document) ?? -1;
        };
        const pool = documents.filter((document) => may(run, qrels, o, query, document));
        if (o.relevant.startsWith('full')) {
          expect(docs.length).toBe(Math.min(o.trainSampleSize, pool.length));
          expect(labels).toEqual(docs.map(relevance));
          continue;
        }
        const within = (document: string) =>
          o.relevant !== 'first' || o.numRelevantSamples !== -1 || (rank(document) ?? -1) <= o.trainSampleSize;
        const relevant = pool.filter((document) => relevance(document) >= 1);
        const wanted = o.numRelevantSamples === -1 ? relevant.filter(within).length : o.numRelevantSamples;
        const expected = Math.min(wanted, relevant.length, o.trainSampleSize);
        expect(labels.filter((label) => label >= 1).length).toBe(expected);
        const rest = pool.length - relevant.length;
        expect(docs.length).toBe(Math.min(o.trainSampleSize, expected + rest));
        expect(labels).toEqual(docs.map((document) => Math.max(0, relevance(document))));
      }
    });
  });

  it('is in order of rank unless shuffled', () => {
    forAll((sampler, run, _, o) => {
      if (o.shuffleDocs) return;
      for (const { query, docs } of epoch(sampler, 0)) {
        const ranks = docs.flatMap((document) => run.get(query)!.find((e) => e.document === document)?.rank ?? []);
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }
    });
  });

  it('is the same for the same seed, epoch and index, asked for in any order', () => {
    fc.assert(
      fc.property(data, options, fc.integer(), ({ run, qrels }, o, seed) => {
        const forwards = createSampler(run, qrels, o, seed);
        const lists = [...epoch(forwards, 0), ...epoch(forwards, 1)];
        const backwards = createSampler(run, qrels, o, seed);
        const last = backwards.queries.length - 1;
        const reversed = [1, 0].flatMap((e) => backwards.queries.map((_, i) => backwards.list(e, last - i)));
        expect(reversed.reverse()).toEqual(lists);
      }),
      { numRuns: 100 },
    );
  });

  it('accounts for every query', () => {
    forAll((sampler, run, qrels, o) => {
      const dropped = sampler.dropped.reduce((sum, { count }) => sum + count, 0);
      const all = o.useRanksAsQrels ? new Set(run.keys()) : new Set([...run.keys(), ...qrels.keys()]);
      expect(sampler.queries.length + dropped).toBe(all.size);
      for (const query of sampler.queries) {
        if (o.useRanksAsQrels) continue;
        const relevant = [...qrels.get(query)!.values()].filter((relevance) => relevance >= 1).length;
        expect(relevant).toBeGreaterThanOrEqual(o.minNumRelevant);
      }
    });
  });
});

describe('an epoch', () => {
  const run: Run = new Map(
    Array.from({ length: 30 }, (_, q) => [
      `q${q}`,
      Array.from({ length: 20 }, (_, i) => ({ document: `d${q}-${i}`, rank: i + 1, score: -i })),
    ]),
  );
  const qrels: Qrels = new Map([...run.keys()].map((query) => [query, new Map([[`d${query.slice(1)}-3`, 1]])]));

  it('has every query once, in another order than the one before', () => {
    const sampler = createSampler(run, qrels, CL, 42);
    const orders = [0, 1].map((number) => epoch(sampler, number).map(({ query }) => query));
    for (const order of orders) expect([...order].sort()).toEqual([...run.keys()].sort());
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[0]).not.toEqual([...run.keys()]);
  });

  it('draws other negatives than the one before, and other ones with another seed', () => {
    const lists = (seed: number, number: number) =>
      JSON.stringify(epoch(createSampler(run, qrels, { ...CL, shuffleQueries: false }, seed), number));
    expect(new Set([lists(1, 0), lists(1, 1), lists(2, 0), lists(2, 1)]).size).toBe(4);
  });

  it('keeps the run’s order when queries are not shuffled', () => {
    const sampler = createSampler(run, qrels, { ...CL, shuffleQueries: false }, 42);
    expect(epoch(sampler, 3).map(({ query }) => query)).toEqual([...run.keys()]);
  });

  it('draws each of eight negatives about equally often', () => {
    const counts = new Map<string, number>();
    const sampler = createSampler(run, qrels, CL, 7);
    for (let number = 0; number < 100; number++) {
      for (const { docs, labels } of epoch(sampler, number)) {
        docs.forEach((document, i) => {
          const rank = document.split('-')[1]!;
          if (labels[i] === 0) counts.set(rank, (counts.get(rank) ?? 0) + 1);
        });
      }
    }
    expect([...counts.keys()].sort()).toEqual(['0', '1', '2', '4', '5', '6', '7']);
    const expected = (30 * 100 * 3) / 7;
    for (const count of counts.values()) expect(Math.abs(count / expected - 1)).toBeLessThan(0.1);
  });
});

describe('the study’s two settings', () => {
  const run: Run = new Map([
    ['a', ['x', 'y', 'z'].map((document, i) => ({ document, rank: i + 1, score: 1 / (i + 1) }))],
    ['b', ['x', 'w'].map((document, i) => ({ document, rank: i + 1, score: 1 / (i + 1) }))],
  ]);

  it('labels a teacher’s list by the largest rank of the whole run − rank + 1', () => {
    const teacher: SamplingOptions = {
      ...CL,
      trainSampleSize: 20,
      trainSampleDepth: -1,
      relevant: 'full_random',
      useRanksAsQrels: true,
      shuffleDocs: false,
      shuffleQueries: false,
    };
    const sampler = createSampler(run, undefined, teacher, 42);
    expect(sampler.list(0, 0)).toEqual({ query: 'a', docs: ['x', 'y', 'z'], labels: [3, 2, 1] });
    expect(sampler.list(0, 1)).toEqual({ query: 'b', docs: ['x', 'w'], labels: [3, 2] });
  });

  it('labels a teacher’s list by its scores where they are the targets', () => {
    const scored: Run = new Map([
      ['a', [-2.5, 7.25, 0.5].map((score, i) => ({ document: 'xyz'[i]!, rank: [3, 1, 2][i]!, score }))],
    ]);
    const teacher: SamplingOptions = {
      ...CL,
      trainSampleSize: 2,
      trainSampleDepth: -1,
      relevant: 'full_first',
      keepNonRetrieved: false,
      useRanksAsQrels: true,
      targets: 'score',
      shuffleDocs: false,
    };
    const list = createSampler(scored, undefined, teacher, 42).list(0, 0);
    expect(list).toEqual({ query: 'a', docs: ['y', 'z'], labels: [7.25, 0.5] });
    // Drawn by relevance, labelled by score.
    const judged: Qrels = new Map([['a', new Map([['x', 1]])]]);
    const mixed = { ...teacher, relevant: 'first', nonRelevant: 'first', useRanksAsQrels: false } as const;
    const { docs, labels } = createSampler(scored, judged, mixed, 42).list(0, 0);
    expect(Object.fromEntries(docs.map((document, i) => [document, labels[i]]))).toEqual({ x: -2.5, y: 7.25 });
    expect(() => createSampler(scored, judged, { ...mixed, keepNonRetrieved: true }, 42)).toThrow(
      /keepNonRetrieved: expected false with targets: score, found true/,
    );
  });

  it('draws one relevant document and non-relevant ones', () => {
    const qrels: Qrels = new Map([
      [
        'a',
        new Map([
          ['y', 2],
          ['v', 1],
        ]),
      ],
      ['b', new Map([['q', 0]])],
      ['c', new Map([['x', 1]])],
    ]);
    const sampler = createSampler(run, qrels, { ...CL, keepNonRetrieved: false }, 42);
    expect(sampler.queries).toEqual(['a']);
    expect(sampler.dropped).toEqual([
      { reason: 'too few relevant documents', count: 1, examples: ['b'] },
      { reason: 'not in the run', count: 1, examples: ['c'] },
    ]);
    const { docs, labels } = sampler.list(0, 0);
    expect(Object.fromEntries(docs.map((document, i) => [document, labels[i]]))).toEqual({ x: 0, y: 2, z: 0 });
  });

  it('refuses a list longer than the depth it is drawn from', () => {
    expect(() => createSampler(run, new Map(), { ...CL, trainSampleSize: 9 }, 42)).toThrow(
      /trainSampleSize: expected at most trainSampleDepth \(8\), found 9/,
    );
    expect(() => createSampler(run, new Map(), { ...CL, trainSampleSize: 0 }, 42)).toThrow(/trainSampleSize/);
    expect(() => createSampler(run, undefined, CL, 42)).toThrow(/judgements/);
  });
});
