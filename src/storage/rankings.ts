/** Reads runs and qrels: whole, or one query's part. */
import type { ParsedChunk, Qrels, RankedDocument, Run, RunLine } from '../formats/records';
import { type Connection, entriesIn, startingWith } from './connection';
import { datasetEntry } from './datasets';
import type { Dataset } from './entries';
import { importDataset } from './import-dataset';
import type { RankingPart } from './schema';

/** A query's parts, in the order they were stored. The number of the first one is the query's place in the file. */
async function partsByQuery(connection: Connection, dataset: string, kind: 'qrels' | 'run') {
  const entry = await datasetEntry(connection, dataset);
  if (entry.kind !== kind) throw new Error(`Data set ${entry.name}: expected ${kind}, found ${entry.kind}`);
  const byQuery = new Map<string, { place: number; parts: RankingPart[] }>();
  for await (const { key, value } of entriesIn(connection, 'rankings', startingWith(dataset))) {
    const found = byQuery.get(key[1]);
    if (found) found.parts.push(value);
    else byQuery.set(key[1], { place: key[2], parts: [value] });
  }
  return [...byQuery].sort(([, a], [, b]) => a.place - b.place);
}

function toRanking(parts: RankingPart[]): RankedDocument[] {
  const ranking = parts.flatMap(({ documents, grades, scores }) =>
    documents.map((document, i) => ({ document, rank: grades[i]!, score: scores![i]! })),
  );
  return ranking.sort((a, b) => a.rank - b.rank);
}

function toJudgements(parts: RankingPart[]): Map<string, number> {
  const judged = new Map<string, number>();
  for (const { documents, grades } of parts) documents.forEach((document, i) => judged.set(document, grades[i]!));
  return judged;
}

/** See `Library.readRun`. */
export async function readRun(connection: Connection, dataset: string): Promise<Run> {
  const queries = await partsByQuery(connection, dataset, 'run');
  return new Map(queries.map(([query, { parts }]) => [query, toRanking(parts)]));
}

/** Queries whose rankings are read at a time. */
const QUERIES_A_READ = 64;

/** See `Library.rankings`. */
export async function* rankings(
  connection: Connection,
  dataset: string,
): AsyncGenerator<{ query: string; ranking: RankedDocument[] }> {
  const queries = await queriesOf(connection, dataset);
  for (let i = 0; i < queries.length; i += QUERIES_A_READ) {
    const { store, done } = connection.db.transaction('rankings');
    const some = queries.slice(i, i + QUERIES_A_READ);
    const parts = await Promise.all(some.map((query) => store.getAll(startingWith(dataset, query))));
    await done;
    for (const [j, query] of some.entries()) yield { query, ranking: toRanking(parts[j]!) };
  }
}

/** See `Library.readQrels`. */
export async function readQrels(connection: Connection, dataset: string): Promise<Qrels> {
  const queries = await partsByQuery(connection, dataset, 'qrels');
  return new Map(queries.map(([query, { parts }]) => [query, toJudgements(parts)]));
}

/** See `Library.queriesOf`. */
export async function queriesOf(connection: Connection, dataset: string): Promise<string[]> {
  await datasetEntry(connection, dataset);
  const places = new Map<string, number>();
  for (const [, query, sequence] of await connection.db.getAllKeys('rankings', startingWith(dataset)))
    if (!places.has(query)) places.set(query, sequence);
  return [...places].sort(([, a], [, b]) => a - b).map(([query]) => query);
}

/** See `Library.readRanking`. */
export async function readRanking(connection: Connection, dataset: string, query: string): Promise<RankedDocument[]> {
  return toRanking(await connection.db.getAll('rankings', startingWith(dataset, query)));
}

/** See `Library.readJudgements`. */
export async function readJudgements(
  connection: Connection,
  dataset: string,
  query: string,
): Promise<Map<string, number>> {
  return toJudgements(await connection.db.getAll('rankings', startingWith(dataset, query)));
}

/** See `Library.writeRun`: an import whose file is in memory. */
export async function writeRun(
  connection: Connection,
  name: string,
  run: Run,
  madeFrom?: Dataset['madeFrom'],
): Promise<Dataset> {
  const source = madeFrom?.system ?? name;
  const steps = importDataset(
    connection,
    { kind: 'run', name, source, ...(madeFrom && { madeFrom }) },
    chunksOf(run, source),
  );
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

async function* chunksOf(run: Run, system: string): AsyncGenerator<ParsedChunk<RunLine>> {
  for (const [query, ranking] of run)
    yield { records: ranking.map((document) => ({ query, ...document, system })), errors: [], bytesRead: 0 };
}
