/** A recipe's data sources, read: the run and judgements of a stage or a test set, and where its texts are. */
import type { Qrels, Run, TextSource } from '../formats/records';
import type { DataSources, RunSource } from '../recipes/recipe';
import type { Dataset } from '../storage/entries';
import type { Environment } from './environment';
import { makeRun } from './make-run';
import type { Progress } from './progress';
import { findDataset } from './sources';

/** Texts by id. */
export interface Texts {
  collection: Dataset;
  queries: Dataset;
  textsOf: { queries: TextSource; documents: TextSource };
}

export interface ReadData extends Texts {
  run: Run;
  /** The name of the first stage, for tables: BM25, or the run's own. */
  system: string;
  qrels?: Qrels;
}

/** Finds the collection and the queries. @throws an error naming what is not stored. */
export async function findTexts({ library, references }: Environment, data: DataSources): Promise<Texts> {
  const collection = await findDataset(library, references, 'collection', data.collection);
  const queries = await findDataset(library, references, 'queries', data.queries);
  return {
    collection,
    queries,
    textsOf: { queries: library.texts(queries.id), documents: library.texts(collection.id) },
  };
}

/** Finds and reads all of it; a first stage is run where the recipe says so. @throws an error naming what is not stored. */
export async function* readData(environment: Environment, data: DataSources): AsyncGenerator<Progress, ReadData, void> {
  const { library, references } = environment;
  const texts = await findTexts(environment, data);
  const qrels = data.qrels
    ? await library.readQrels((await findDataset(library, references, 'qrels', data.qrels)).id)
    : undefined;
  const judged = qrels ? { qrels } : {};
  if (data.run === undefined) throw new Error('data.run: expected a run, or a first stage to make one; found neither');
  const { run, system } = yield* makeRun(environment, texts, data.run);
  return { ...texts, ...judged, run, system };
}

/**
 * The run that is read, where one is: by its name, or of a teacher's lists by the name of its permutations, under which whoever
 * starts the experiment has stored them as a run. Of runs that are fused or re-ranked see `readRuns`.
 */
export function runReference(run: RunSource | undefined): string | undefined {
  if (typeof run !== 'object') return run;
  return 'rankgpt' in run ? run.rankgpt.permutations : undefined;
}
