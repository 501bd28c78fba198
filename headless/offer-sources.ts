/** Hands the app the files that a recipe refers to, and models of the hub; other references stay names of stored entries. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { looksLikeModelId } from '../src/hub/model-id.ts';
import type { DataSources, RankGptFiles, Recipe } from '../src/recipes/recipe.ts';
import { encoderCheckpoints, readRuns, teacherLists } from '../src/recipes/run-sources.ts';
import { namedStart } from '../src/recipes/stage-start.ts';
import type { EarlierReport } from '../src/experiments/rerun.ts';
import type { DatasetKind } from '../src/storage/entries.ts';
import { DATA_FOLDER, locateDataset, pathOf as pathOfReference } from './locate-source.ts';
import type { Session } from './session.ts';

export interface OfferedSources {
  sources: Record<string, string>;
  texts: Record<string, string>;
}

export interface OfferOptions {
  /** The folder of public data: `data`. */
  dataFolder?: string;
  /** The report that is run again: what it read is found in the library by its checksum too. */
  earlier?: EarlierReport;
}

/** @throws an error naming the file that cannot be imported. */
export async function offerSources(
  session: Session,
  recipe: Recipe,
  recipeFile: string,
  { dataFolder = DATA_FOLDER, earlier }: OfferOptions = {},
): Promise<OfferedSources> {
  const { app, offer, offerCheckpoint } = session;
  const places = { recipeFile, dataFolder };
  const pathOf = (reference: string) => pathOfReference(reference, places);
  const sources: Record<string, string> = {};
  const texts: Record<string, string> = {};

  async function dataset(kind: DatasetKind, reference: string): Promise<void> {
    const key = `${kind}:${reference}`;
    if (key in sources) return;
    const located = await locateDataset(kind, reference, places);
    if (located) sources[key] = await app.importFile(kind, await offer(located.path), located.known?.name);
    else if (earlier) await byChecksum(kind, reference);
  }
  async function byChecksum(kind: DatasetKind, reference: string): Promise<void> {
    const used = earlier?.data?.find((one) => one.kind === kind && one.reference === reference);
    const stored = (await app.datasets()).filter((entry) => entry.kind === kind);
    if (!used?.checksum || stored.some(({ name }) => name === reference)) return;
    const same = stored.find(({ checksum }) => checksum === used.checksum);
    if (same) sources[`${kind}:${reference}`] = same.id;
  }
  async function checkpoint(reference: string): Promise<void> {
    const path = await pathOf(reference);
    if (path === undefined && !looksLikeModelId(reference)) return;
    sources[`checkpoint:${reference}`] ??= await app.importCheckpoint(path ? await offerCheckpoint(path) : reference);
  }
  async function text(reference: string | undefined): Promise<void> {
    if (reference === undefined) return;
    const path = await pathOf(reference);
    if (path === undefined) throw new Error(`${reference}: no such file (named by ${recipeFile})`);
    texts[reference] = await readFile(path, 'utf8');
  }
  /** A teacher's lists become a run, which goes by the name of the permutations. */
  async function teacher({ permutations, retrieved }: RankGptFiles): Promise<void> {
    const key = `run:${permutations}`;
    const paths = [await pathOf(permutations), await pathOf(retrieved)];
    if (key in sources || paths.every((path) => path === undefined)) return;
    const [orders, lists] = await Promise.all(paths.map((path, i) => offer(path ?? [permutations, retrieved][i]!)));
    const name = basename(permutations).replace(/\.json$/, '');
    const source = `${orders!.identity}; ${lists!.identity}`;
    const made = (await app.datasets()).find((entry) => entry.kind === 'run' && entry.source === source);
    if (made) {
      sources[key] = made.id;
      return;
    }
    const request = {
      dataset: 'rankgpt',
      permutations: orders!,
      retrieved: lists!,
      evalShare: 0,
      seed: 0,
      name,
      source,
    } as const;
    sources[key] = (await app.preprocess(request)).train;
  }
  async function all(data: DataSources | undefined): Promise<void> {
    if (!data) return;
    await dataset('collection', data.collection);
    await dataset('queries', data.queries);
    if (data.qrels !== undefined) await dataset('qrels', data.qrels);
    const lists = teacherLists(data.run);
    for (const one of lists) await teacher(one);
    for (const run of readRuns(data.run)) {
      if (!lists.some(({ permutations }) => permutations === run)) await dataset('run', run);
    }
    for (const reference of encoderCheckpoints(data.run)) await checkpoint(reference);
  }

  if (recipe.stages.length > 0) await checkpoint(recipe.model.base);
  if (recipe.model.head !== 'new') await text(recipe.model.head);
  for (const stage of recipe.stages) {
    const start = namedStart(stage);
    if (start !== undefined) await checkpoint(start);
    await all(stage.data);
    await all(stage.validation);
    await text(stage.training.batches);
  }
  for (const testSet of recipe.evaluation.testSets) await all(testSet);
  return { sources, texts };
}
