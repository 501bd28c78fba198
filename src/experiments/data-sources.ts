/** A recipe's data sources, read: the run and judgements of a stage or a test set, and where its texts are. */
import type { Qrels, Run, TextSource } from '../formats/records';
import type { DataSources, RunSource } from '../recipes/recipe';
import type { Dataset } from '../storage/entries';
import type { Environment } from './environment';
import { bm25Run } from './first-stage';
import type { Progress } from './progress';
import { unknownDocuments } from './unknown-documents';
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

/** Finds and reads all of it; BM25 is run where the recipe says so. @throws an error naming what is not stored. */
export async function* readData(environment: Environment, data: DataSources): AsyncGenerator<Progress, ReadData, void> {
  const { library, references, signal } = environment;
  const texts = await findTexts(environment, data);
  const qrels = data.qrels
    ? await library.readQrels((await findDataset(library, references, 'qrels', data.qrels)).id)
    : undefined;
  const judged = qrels ? { qrels } : {};
  const storedRun = runReference(data.run);
  if (storedRun !== undefined) {
    const stored = await findDataset(library, references, 'run', storedRun);
    if (!environment.checkedRuns?.has(`${texts.collection.id} ${stored.id}`)) {
      const problem = await unknownDocuments(library, texts.collection, stored);
      if (problem !== undefined) throw new Error(problem);
    }
    const run = await library.readRun(stored.id);
    return { ...texts, ...judged, run, system: stored.madeFrom?.system ?? stored.name };
  }
  if (typeof data.run !== 'object' || !('bm25' in data.run))
    throw new Error('data.run: expected a run, or bm25 to make one; found neither');
  const all = await library.allTexts(texts.queries.id);
  const run = yield* bm25Run(library, texts.collection.id, all, data.run.bm25, signal);
  return { ...texts, ...judged, run, system: 'BM25' };
}

/**
 * The run that is read, where one is: by its name, or of a teacher's lists by the name of its permutations, under which whoever
 * starts the experiment has stored them as a run.
 */
export function runReference(run: RunSource | undefined): string | undefined {
  if (typeof run !== 'object') return run;
  return 'rankgpt' in run ? run.rankgpt.permutations : undefined;
}
