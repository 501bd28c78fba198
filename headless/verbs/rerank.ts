import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecipe } from '../../src/recipes/parse-recipe.ts';
import type { Checkpoint } from '../../src/storage/entries.ts';
import { checkSources } from '../check-sources.ts';
import { numberFlag, type Flags } from '../flags.ts';
import { DATA_FOLDER } from '../locate-source.ts';
import { offerSources } from '../offer-sources.ts';
import { CATALOGUE } from '../public-data.ts';
import type { Session } from '../session.ts';
import { fileNameOf } from '../write-experiment.ts';
import { domainOf, STUDY_FLAGS, studyRun, type StudyRun } from './study-flags.ts';
import { text, type Verb } from './verb.ts';

export const rerank: Verb = {
  summary: 're-orders the top of a run by a checkpoint',
  flags: {
    checkpoint: {
      value: 'DIR|ID',
      help: 'a folder with HF files (or a zip of it), a stored checkpoint, or a model of the hub: OWNER/NAME[@REVISION]',
    },
    ...STUDY_FLAGS,
    collection: { value: 'FILE', help: 'documents' },
    queries: { value: 'FILE', help: 'queries' },
    run: { value: 'FILE', help: 'TREC run of the first stage' },
    depth: { value: 'N', help: 'documents of each query that are re-ranked (100)' },
    'batch-size': { short: 'b', value: 'N', help: 'pairs scored at a time (by memory)' },
    data: { value: 'DIR', help: 'with -d: where public data lie, as configs/data says (data)' },
    set: { value: 'model.head=FILE', help: 'a head in place of the seeded one', repeated: true },
  },
  async run(session, flags, json) {
    const { app, output } = session;
    const settings = (flags['set'] as string[] | undefined) ?? [];
    const unknown = settings.find((setting) => !setting.startsWith('model.head='));
    if (unknown) throw new Error(`--set ${unknown}: rerank knows only model.head`);
    const headFile = settings[0]?.slice('model.head='.length);
    const batchSize = numberFlag(flags, 'batch-size', 0);
    const depth = numberFlag(flags, 'depth', 100);
    const testSets = domainOf(flags);
    const inputs = testSets ? await ofTestSets(session, flags, testSets, depth) : [await ofFiles(session, flags)];
    const checkpoint = await checkpointOf(session, flags);
    const paths: string[] = [];
    for (const { collection, queries, run, path } of inputs) {
      const reranked = await app.rerank({
        ...{ checkpoint, collection, queries, run, depth, name: 're-ranked' },
        ...(batchSize ? { batchSize } : {}),
        ...(headFile ? { head: await readFile(headFile, 'utf8') } : {}),
      });
      await app.writeDataset(reranked, path);
      paths.push(join(output, path));
    }
    const result = testSets ? { runs: paths } : { run: paths[0] };
    console.log(json ? JSON.stringify(result) : `wrote ${paths.join(' and ')}`);
  },
};

interface Input {
  /** Ids of stored data sets. */
  collection: string;
  queries: string;
  run: string;
  /** Below the output folder. */
  path: string;
}

async function ofFiles({ app, offer }: Session, flags: Flags): Promise<Input> {
  const file = async (kind: 'collection' | 'queries' | 'run') => {
    const path = text(flags, kind);
    if (path === undefined) throw new Error(`--${kind} FILE is missing (or -d, for the study's test sets)`);
    return app.importFile(kind, await offer(path));
  };
  return {
    collection: await file('collection'),
    queries: await file('queries'),
    run: await file('run'),
    path: 'run.trec',
  };
}

async function ofTestSets(session: Session, flags: Flags, names: readonly string[], depth: number): Promise<Input[]> {
  const twice = ['collection', 'queries', 'run'].find((name) => flags[name] !== undefined);
  if (twice) throw new Error(`--${twice} and -d/--domain say the same: give files, or the study's test sets`);
  const { app } = session;
  const places = { recipeFile: 'rerank', dataFolder: text(flags, 'data') ?? DATA_FOLDER };
  // Only the test sets are read of it.
  const yaml = `evaluation: { testSets: [${names.join(', ')}] }`;
  const recipe = { ...parseRecipe(yaml, places.recipeFile, [], CATALOGUE.testSets), stages: [] };
  await checkSources(session, recipe, places);
  const { sources } = await offerSources(session, recipe, places.recipeFile, places);
  const stored = await app.datasets();
  const idOf = (kind: 'collection' | 'queries' | 'run', reference: string) =>
    sources[`${kind}:${reference}`] ?? stored.find((one) => one.kind === kind && one.name === reference)!.id;
  const inputs: Input[] = [];
  for (const { name, collection, queries, run } of recipe.evaluation.testSets) {
    const texts = { collection: idOf('collection', collection), queries: idOf('queries', queries) };
    const first =
      typeof run === 'string'
        ? idOf('run', run)
        : await app.bm25({
            ...texts,
            k1: 0.9,
            b: 0.4,
            ...('bm25' in run ? run.bm25 : {}),
            depth,
            name: `${name} BM25`,
          });
    inputs.push({ ...texts, run: first, path: `runs/${fileNameOf(name)}.trec` });
  }
  return inputs;
}

async function checkpointOf({ app, offerCheckpoint }: Session, flags: Flags): Promise<string> {
  const study = studyRun(flags, 'checkpoint');
  if (study) return newestOf(study, await app.checkpoints()).id;
  const reference = text(flags, 'checkpoint');
  if (reference === undefined) throw new Error('--checkpoint DIR|ID is missing (or -f, -c and -m, as in the study)');
  return app.importCheckpoint(await offerCheckpoint(reference));
}

/** The newest finished checkpoint of that model and objective: of a second stage when it started from one that had an objective. */
export function newestOf({ stage, encoder, objective }: StudyRun, stored: readonly Checkpoint[]): Checkpoint {
  const byId = new Map(stored.map((one) => [one.id, one]));
  const stageOf = ({ from }: Checkpoint) => (from !== undefined && byId.get(from)?.objective ? 2 : 1);
  const trained = stored.filter(({ finished, objective }) => finished && objective !== undefined);
  const found = trained
    .filter((one) => one.family === encoder && one.objective === objective && stageOf(one) === stage)
    .sort((a, b) => b.createdAt - a.createdAt)[0];
  if (found) return found;
  const have = trained.map((one) => `${one.name} (${one.family}, ${one.objective}, stage ${stageOf(one)})`);
  throw new Error(
    `-f ${stage} -c ${encoder} -m ${objective}: no finished checkpoint of it is stored; ` +
      `there are ${have.join(', ') || 'none'}: train it first, or give --checkpoint`,
  );
}
