/** Random runs, judgements and sampling options for property tests, and the study's filter said once more. */
import fc from 'fast-check';
import type { Qrels, Run } from '../../src/formats/records';
import type { SamplingOptions } from '../../src/recipes/recipe';

export const documents = Array.from({ length: 16 }, (_, i) => `d${i}`);

/** Some queries with rankings and judgements over a few documents, many of them in only one of the two. */
export const samplingData = fc
  .array(
    fc.record({
      ranked: fc.shuffledSubarray(documents, { maxLength: 12 }),
      judged: fc.dictionary(fc.constantFrom(...documents), fc.integer({ min: -2, max: 3 })),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((queries) => {
    const run: Run = new Map();
    const qrels: Qrels = new Map();
    queries.forEach(({ ranked, judged }, i) => {
      const ranking = ranked.map((document, at) => ({ document, rank: at + 1, score: -at }));
      if (ranking.length) run.set(`q${i}`, ranking);
      if (Object.keys(judged).length) qrels.set(`q${i}`, new Map(Object.entries(judged)));
    });
    return { run, qrels };
  });

export const samplingOptions: fc.Arbitrary<SamplingOptions> = fc
  .record({
    trainSampleSize: fc.integer({ min: 1, max: 8 }),
    depth: fc.option(fc.integer({ min: 0, max: 6 })),
    numRelevantSamples: fc.integer({ min: -1, max: 4 }),
    minNumRelevant: fc.integer({ min: 0, max: 3 }),
    relevant: fc.constantFrom<SamplingOptions['relevant']>('first', 'random', 'topk', 'full_first', 'full_random'),
    nonRelevant: fc.constantFrom<SamplingOptions['nonRelevant']>('first', 'random'),
    keepNonRetrieved: fc.constantFrom<boolean | 'relevant'>(true, false, 'relevant'),
    removeUnjudged: fc.boolean(),
    useRanksAsQrels: fc.boolean(),
    targets: fc.constant<SamplingOptions['targets']>('relevance'),
    shuffleDocs: fc.boolean(),
    shuffleQueries: fc.boolean(),
  })
  .map(({ depth, ...rest }) => ({ ...rest, trainSampleDepth: depth === null ? -1 : rest.trainSampleSize + depth }));

/** The study's rules said once more, as one predicate on a document of a query. */
export function may(run: Run, qrels: Qrels, o: SamplingOptions, query: string, document: string): boolean {
  const rank = run.get(query)!.find((entry) => entry.document === document)?.rank;
  const relevance = o.useRanksAsQrels ? rank && 1 : qrels.get(query)!.get(document);
  if (rank === undefined && !o.keepNonRetrieved) return false;
  if (o.removeUnjudged && relevance === undefined) return false;
  if (o.trainSampleDepth === -1) return rank !== undefined || relevance !== undefined;
  return (rank ?? Infinity) <= o.trainSampleDepth || (o.keepNonRetrieved === 'relevant' && (relevance ?? -1) >= 1);
}
