/** A system on the test sets: its run is stored, measured, and compared with the first stage. */
import { compareByMeasure } from '../evaluation/compare-by-measure';
import { evaluate } from '../evaluation/evaluate';
import type { Run } from '../formats/records';
import type { EvaluationOptions, TestSet } from '../recipes/recipe';
import { rerank } from '../reranking/rerank';
import type { Checkpoint } from '../storage/entries';
import { readData, type ReadData } from './data-sources';
import type { Environment } from './environment';
import type { ExperimentEvent } from './events';
import type { ProgressKeeper, SystemResult } from './experiment-progress';
import type { OpenedCheckpoint } from './open-checkpoint';
import { EVALUATING, RERANKING, Stopwatch } from './stopwatch';

/** A test set with its data; its first stage is in `data.run`. */
export interface ReadTestSet {
  testSet: TestSet;
  data: ReadData;
}

/** Reads the test sets. @throws an error naming a test set without judgements. */
export async function* readTestSets(
  environment: Environment,
  { testSets }: EvaluationOptions,
): AsyncGenerator<ExperimentEvent, ReadTestSet[], void> {
  const read: ReadTestSet[] = [];
  for (const testSet of testSets) {
    const data = yield* readData(environment, testSet);
    const { qrels } = data;
    if (!qrels) throw new Error(`test set ${testSet.name}: qrels: expected judgements to measure with, found none`);
    // What nobody judged is not measured: TREC's 200 queries of a year have some 50 that are.
    const run: Run = new Map([...data.run].filter(([query]) => qrels.has(query)));
    read.push({ testSet, data: { ...data, run } });
  }
  return read;
}

/** Measures the first stage of each test set, at the depth that is re-ranked. */
export async function* measureFirstStages(
  environment: Environment,
  keeper: ProgressKeeper,
  sets: readonly ReadTestSet[],
  options: EvaluationOptions,
): AsyncGenerator<ExperimentEvent, void> {
  for (const set of sets) {
    const run: Run = new Map([...set.data.run].map(([query, ranking]) => [query, ranking.slice(0, options.depth)]));
    yield* measure(environment, keeper, set, options, set.data.system, run);
  }
}

/** Re-ranks each test set's first stage with an opened checkpoint, and measures. */
export async function* measureCheckpoint(
  environment: Environment,
  keeper: ProgressKeeper,
  sets: readonly ReadTestSet[],
  options: EvaluationOptions,
  system: string,
  open: () => Promise<OpenedCheckpoint>,
): AsyncGenerator<ExperimentEvent, void> {
  const missing = sets.filter(({ testSet }) => !keeper.resultOf(testSet.name, system));
  if (missing.length === 0) return;
  const { model, encode, checkpoint } = await open();
  try {
    for (const set of missing) {
      const started = performance.now();
      const { run: first, textsOf } = set.data;
      const steps = rerank({ model, encode, run: first, ...textsOf, depth: options.depth, signal: environment.signal });
      for await (const step of steps) {
        if (step.type === 'progress') {
          yield {
            type: 'progress',
            what: `${system}: re-ranking ${set.testSet.name}`,
            done: step.done,
            total: step.total,
          };
        } else {
          const ms = performance.now() - started;
          await keeper.addTimes({ [RERANKING]: ms });
          yield* measure(environment, keeper, set, options, system, step.run, { checkpoint, ms });
        }
      }
    }
  } finally {
    model.dispose();
  }
}

async function* measure(
  { library }: Environment,
  keeper: ProgressKeeper,
  { testSet, data }: ReadTestSet,
  options: EvaluationOptions,
  system: string,
  run: Run,
  made?: { checkpoint: Checkpoint; ms: number },
): AsyncGenerator<ExperimentEvent, void> {
  if (keeper.resultOf(testSet.name, system)) return;
  const watch = new Stopwatch();
  const { mean, perQuery } = watch.timed(EVALUATING, () =>
    evaluate(data.qrels!, run, testSet.measures ?? options.measures),
  );
  await keeper.addTimes(watch.times);
  const stored = await library.writeRun(`${testSet.name} ${system}`, run, {
    collection: data.collection.id,
    queries: data.queries.id,
    system,
    ...(made ? { checkpoint: made.checkpoint.id } : {}),
  });
  const result: SystemResult = {
    testSet: testSet.name,
    system,
    run: stored.id,
    mean,
    perQuery,
    ...(made ? { ms: made.ms } : {}),
  };
  const first = keeper.resultOf(testSet.name, data.system);
  await keeper.addResult(result);
  yield { type: 'measures', testSet: testSet.name, system, run: stored.id, measures: mean, p: pValues(result, first) };
}

/** By measure, of the two-sided paired t-test against the first stage; null for the first stage itself. */
export function pValues(result: SystemResult, first: SystemResult | undefined): Record<string, number | null> {
  const measures = Object.keys(result.mean);
  const compared = first && compareByMeasure(result.perQuery, first.perQuery, measures);
  return Object.fromEntries(measures.map((measure) => [measure, compared ? compared[measure]!.p : null]));
}
