/** Hands the app the files that a recipe refers to, and models of the hub; other references stay names of stored entries. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { looksLikeModelId } from '../src/hub/model-id.ts';
import type { DataSources, RankGptFiles, Recipe } from '../src/recipes/recipe.ts';
import type { DatasetKind } from '../src/storage/entries.ts';
import type { Session } from './session.ts';

export interface OfferedSources {
  sources: Record<string, string>;
  texts: Record<string, string>;
}

/** Where a reference may lie: as it stands, or beside the recipe. */
async function pathOf(reference: string, recipeFile: string): Promise<string | undefined> {
  const candidates = isAbsolute(reference) ? [reference] : [reference, join(dirname(recipeFile), reference)];
  for (const candidate of candidates) if (await stat(candidate).catch(() => undefined)) return candidate;
  return undefined;
}

/** @throws an error naming the file that cannot be imported. */
export async function offerSources(session: Session, recipe: Recipe, recipeFile: string): Promise<OfferedSources> {
  const { app, offer, offerCheckpoint } = session;
  const sources: Record<string, string> = {};
  const texts: Record<string, string> = {};

  async function dataset(kind: DatasetKind, reference: string): Promise<void> {
    const key = `${kind}:${reference}`;
    const path = await pathOf(reference, recipeFile);
    if (path !== undefined && !(key in sources)) sources[key] = await app.importFile(kind, await offer(path));
  }
  async function checkpoint(reference: string): Promise<void> {
    const path = await pathOf(reference, recipeFile);
    if (path === undefined && !looksLikeModelId(reference)) return;
    sources[`checkpoint:${reference}`] ??= await app.importCheckpoint(path ? await offerCheckpoint(path) : reference);
  }
  async function text(reference: string | undefined): Promise<void> {
    if (reference === undefined) return;
    const path = await pathOf(reference, recipeFile);
    if (path === undefined) throw new Error(`${reference}: no such file (named by ${recipeFile})`);
    texts[reference] = await readFile(path, 'utf8');
  }
  /** A teacher's lists become a run, which goes by the name of the permutations. */
  async function teacher({ permutations, retrieved }: RankGptFiles): Promise<void> {
    const key = `run:${permutations}`;
    const paths = [await pathOf(permutations, recipeFile), await pathOf(retrieved, recipeFile)];
    if (key in sources || paths.every((path) => path === undefined)) return;
    const [orders, lists] = await Promise.all(paths.map((path, i) => offer(path ?? [permutations, retrieved][i]!)));
    const name = basename(permutations).replace(/\.json$/, '');
    const request = {
      dataset: 'rankgpt',
      permutations: orders!,
      retrieved: lists!,
      evalShare: 0,
      seed: 0,
      name,
    } as const;
    sources[key] = (await app.preprocess(request)).train;
  }
  async function all(data: DataSources | undefined): Promise<void> {
    if (!data) return;
    await dataset('collection', data.collection);
    await dataset('queries', data.queries);
    if (data.qrels !== undefined) await dataset('qrels', data.qrels);
    if (typeof data.run === 'string') await dataset('run', data.run);
    else if (data.run && 'rankgpt' in data.run) await teacher(data.run.rankgpt);
  }

  await checkpoint(recipe.model.base);
  if (recipe.model.head !== 'new') await text(recipe.model.head);
  for (const stage of recipe.stages) {
    if (!['base', 'previous', 'auto'].includes(stage.from)) await checkpoint(stage.from);
    await all(stage.data);
    await all(stage.validation);
    await text(stage.training.batches);
  }
  for (const testSet of recipe.evaluation.testSets) await all(testSet);
  return { sources, texts };
}
