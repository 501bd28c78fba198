import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Qrels, Run } from '../../src/formats/records';
import type { SamplingOptions } from '../../src/recipes/recipe';
import { createSampler, type Sampler } from '../../src/training/sampler';
import { documents, may, samplingData as data, samplingOptions as options } from './sampling-data';

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

const epoch = (sampler: Sampler, number: number) => sampler.queries.map((_, index) => sampler.list(number, index));

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
        const rest = pool.filter((document) => [0, -1].includes(relevance(document))).length;
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

describe('each strategy', () => {
  // Ranked a … h; relevant are b, e (grade 2) and the not retrieved x; judged non-relevant are a and y; z has a grade below −1.
  const run: Run = new Map([
    ['q', [...'abcdefgh'].map((document, i) => ({ document, rank: i + 1, score: 8 - i }))],
    ['other', [{ document: 'a', rank: 1, score: 1 }]],
  ]);
  const judged = { a: 0, b: 1, e: 2, x: 1, y: 0, z: -2 };
  const qrels: Qrels = new Map([['q', new Map(Object.entries(judged))]]);
  const plain: SamplingOptions = {
    ...CL,
    trainSampleDepth: -1,
    keepNonRetrieved: false,
    nonRelevant: 'first',
    shuffleDocs: false,
    shuffleQueries: false,
  };
  const drawn = (o: Partial<SamplingOptions>, seed = 42) => {
    const { docs, labels } = createSampler(run, qrels, { ...plain, ...o }, seed).list(0, 0);
    return docs.map((document, i) => `${document}${labels[i]}`).join(' ');
  };

  it.each<[string, Partial<SamplingOptions>]>([
    ['a0 b1 c-1 d-1', { relevant: 'full_first' }],
    ['a0 b1 c0 d0', { relevant: 'first' }],
    ['a0 b1 c0 e2', { relevant: 'first', numRelevantSamples: 2 }],
    // Of all relevant ones, `first` takes those ranked within the size: e, at 5, is not.
    ['a0 b1 c0 d0', { relevant: 'first', numRelevantSamples: -1 }],
    ['a0 b1 c0 d0 e2', { relevant: 'first', numRelevantSamples: -1, trainSampleSize: 5 }],
    ['a0 b1 c0 d0', { relevant: 'topk' }],
    ['a0 b1 c0 e2', { relevant: 'topk', numRelevantSamples: -1 }],
    // Never more relevant ones than the list holds.
    ['b1', { relevant: 'first', numRelevantSamples: 3, trainSampleSize: 1 }],
    ['b1 e2', { relevant: 'random', numRelevantSamples: 3, trainSampleSize: 2 }],
    ['a0 c0 d0 f0', { relevant: 'random', numRelevantSamples: 0 }],
    ['a0 b1', { relevant: 'full_first', removeUnjudged: true, trainSampleSize: 2 }],
    ['a0 b1 e2', { relevant: 'full_first', removeUnjudged: true }],
    ['a0 b1 c-1 d-1', { relevant: 'full_first', trainSampleDepth: 4, trainSampleSize: 4 }],
  ])('draws %s', (expected, o) => {
    expect(drawn(o)).toBe(expected);
  });

  it.each<[string[], Partial<SamplingOptions>]>([
    // Not retrieved: relevant x and judged y, and z, with `true`; only x with a depth and `relevant`.
    [['x', 'y', 'z'], { keepNonRetrieved: true }],
    [['x', 'y', 'z'], { keepNonRetrieved: 'relevant' }],
    [['x'], { keepNonRetrieved: 'relevant', trainSampleDepth: 16 }],
    [[], { keepNonRetrieved: true, trainSampleDepth: 16 }],
    [[], { keepNonRetrieved: false }],
  ])('has of the documents that were not retrieved %s', (expected, o) => {
    const { docs } = createSampler(
      run,
      qrels,
      { ...plain, relevant: 'full_random', trainSampleSize: 16, ...o },
      42,
    ).list(0, 0);
    expect(docs.filter((document) => 'xyz'.includes(document)).sort()).toEqual(expected);
  });

  it('puts a document that was not retrieved at a random rank', () => {
    const places = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const o = { ...plain, relevant: 'full_first', trainSampleSize: 9, keepNonRetrieved: 'relevant' } as const;
      const { docs } = createSampler(run, qrels, { ...o, trainSampleDepth: 9 }, seed).list(0, 0);
      expect(docs.filter((document) => document !== 'x').join('')).toBe('abcdefgh');
      places.add(docs.indexOf('x'));
    }
    expect(places.size).toBeGreaterThan(5);
  });

  it('never draws one by rank before a better-ranked one that it could have drawn', () => {
    fc.assert(
      fc.property(data, options, fc.integer(), ({ run, qrels }, o, seed) => {
        const sampler = createSampler(run, qrels, o, seed);
        for (const query of sampler.queries) {
          const places = new Map<string, { drawn: number[]; over: number[] }>();
          sampler.explain(0, query).documents.forEach(({ outcome }, at) => {
            if (outcome.type !== 'drawn' && outcome.type !== 'passed over') return;
            if (outcome.by === 'random') return;
            const entry = places.get(outcome.as) ?? { drawn: [], over: [] };
            places.set(outcome.as, entry);
            (outcome.type === 'drawn' ? entry.drawn : entry.over).push(at);
          });
          for (const { drawn, over } of places.values()) {
            expect(Math.max(-1, ...drawn)).toBeLessThan(Math.min(Infinity, ...over));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('draws each of several relevant documents about equally often', () => {
    const counts: Record<string, number> = { b: 0, e: 0, x: 0 };
    const o = { ...plain, relevant: 'random', nonRelevant: 'random', keepNonRetrieved: 'relevant' } as const;
    const sampler = createSampler(run, qrels, o, 1);
    for (let epoch = 0; epoch < 3000; epoch++) {
      const { docs, labels } = sampler.list(epoch, 0);
      counts[docs[labels.findIndex((label) => label >= 1)]!]!++;
    }
    for (const count of Object.values(counts)) expect(Math.abs(count / 1000 - 1)).toBeLessThan(0.1);
  });
});
