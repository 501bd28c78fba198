/**
 * Looks up everything that a recipe reads before anything is imported or trained: files, their sizes and checksums, stored data sets,
 * the model, room in the browser's storage. What is wrong is told all at once.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dataBlocks, referencesOf } from '../src/experiments/data-blocks.ts';
import type { EarlierReport } from '../src/experiments/rerun.ts';
import { neededBytes } from '../src/experiments/storage-needed.ts';
import { looksLikeModelId } from '../src/hub/model-id.ts';
import type { PublicFile } from '../src/recipes/data-block.ts';
import type { Recipe } from '../src/recipes/recipe.ts';
import { encoderCheckpoints, hasBm25, teacherLists } from '../src/recipes/run-sources.ts';
import { namedStart } from '../src/recipes/stage-start.ts';
import { checkFile } from './check-file.ts';
import { locateDataset, pathOf, type Places } from './locate-source.ts';
import { CATALOGUE } from './public-data.ts';
import type { Session } from './session.ts';
import { waysTo } from './ways.ts';

/**
 * @param earlier the report that is run again: what it read is looked for in the library by its checksum too
 * @throws Error saying how much is wrong; each thing stands on stderr before it, with what to do.
 */
export async function checkSources(
  { app }: Session,
  recipe: Recipe,
  places: Places,
  earlier?: EarlierReport,
): Promise<void> {
  const problems: string[] = [];
  const missing: PublicFile[] = [];
  const files: Parameters<typeof neededBytes>[0]['files'] = [];
  const stored = await app.datasets();
  const seen = new Set<string>();
  for (const { place, data } of dataBlocks(recipe)) {
    const indexed = hasBm25(data.run);
    const lists = teacherLists(data.run);
    for (const { kind, reference } of referencesOf(data)) {
      const key = `${kind}:${reference}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const ofTeacher = kind === 'run' && lists.find(({ permutations }) => permutations === reference);
      if (ofTeacher) {
        if (stored.some((entry) => entry.kind === kind && entry.name === reference)) continue;
        for (const path of [ofTeacher.permutations, ofTeacher.retrieved]) {
          if (!(await pathOf(path, places))) problems.push(`${place}: ${path}: no such file`);
        }
        continue;
      }
      const located = await locateDataset(kind, reference, places);
      if (located) {
        const { path, known } = located;
        const archive = known?.in === undefined ? undefined : CATALOGUE.download(known.in);
        const archivePath = archive && join(places.dataFolder, archive.path);
        const wrong = [
          known && (await checkFile(path, known)),
          // Of what is in an archive only the archive's checksum is known, and it may be gone by now.
          archivePath && existsSync(archivePath) ? await checkFile(archivePath, archive!) : undefined,
        ];
        for (const problem of wrong) if (problem !== undefined) problems.push(problem);
        files.push({ kind, bytes: statSync(path).size, packed: /\.(gz|zip)$/.test(path), indexed });
        continue;
      }
      const checksum = earlier?.data?.find((one) => one.kind === kind && one.reference === reference)?.checksum;
      const isStored = stored.some(
        (entry) => entry.kind === kind && (entry.name === reference || (checksum && entry.checksum === checksum)),
      );
      if (isStored) continue;
      const known = CATALOGUE.file(kind, reference);
      if (known) missing.push(known);
      else problems.push(`${place}: ${kind} ${reference}: no such file, and no stored data set of this name`);
    }
  }
  const modelBytes = await checkModels(app, recipe, places, problems);
  await checkStorage(app, { files, modelBytes, stages: recipe.stages.length }, problems);
  if (problems.length + missing.length === 0) return;

  for (const problem of problems) console.error(`wrong: ${problem}`);
  for (const { kind, name, path } of missing)
    console.error(`missing: ${kind} ${name}: ${join(places.dataFolder, path)}`);
  for (const line of waysTo(missing, places.dataFolder)) console.error(line);
  const counts = [
    missing.length ? `${missing.length} public files are missing` : '',
    problems.length ? `${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong` : '',
  ].filter(Boolean);
  throw new Error(`${recipe.name}: ${counts.join(', ')}; each is told above, and nothing was begun`);
}

/** @returns the bytes of the base model's weights, as far as they are known. */
async function checkModels(app: Session['app'], recipe: Recipe, places: Places, problems: string[]): Promise<number> {
  const { model, stages } = recipe;
  const stored = await app.checkpoints();
  let bytes = 0;
  const named = stages.flatMap((stage) => namedStart(stage) ?? []);
  const ofFirstStages = dataBlocks(recipe).flatMap(({ data }) => encoderCheckpoints(data.run));
  // Who only re-ranks has no stage, and a model that was looked up elsewhere.
  for (const reference of new Set([...(stages.length > 0 ? [model.base, ...named] : []), ...ofFirstStages])) {
    const path = await pathOf(reference, places);
    if (path !== undefined) {
      if (reference === model.base) bytes = weightBytes(path);
      continue;
    }
    const found = stored.find(({ id, name, source, hub }) => [id, name, source, hub?.model].includes(reference));
    if (found) bytes ||= found.bytes;
    else if (looksLikeModelId(reference))
      console.error(`model ${reference}: not stored yet; it is downloaded from the hub before anything else`);
    else
      problems.push(
        `model ${reference}: no such folder, and no stored checkpoint of this name ` +
          `(stored: ${stored.map(({ name }) => name).join(', ') || 'none'}): give its folder by --set model.base=DIR`,
      );
  }
  for (const file of [
    model.head === 'new' ? undefined : model.head,
    ...stages.map(({ training }) => training.batches),
  ]) {
    if (file !== undefined && !(await pathOf(file, places))) problems.push(`${file}: no such file`);
  }
  return bytes;
}

function weightBytes(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  const weights = readdirSync(path).filter((name) => /\.(safetensors|bin)$/.test(name));
  return Math.max(0, ...weights.map((name) => statSync(join(path, name)).size));
}

async function checkStorage(
  app: Session['app'],
  what: Parameters<typeof neededBytes>[0],
  problems: string[],
): Promise<void> {
  const { usage, quota } = await app.storage();
  if (usage === undefined || quota === undefined) return;
  const needed = neededBytes(what);
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  if (needed > quota - usage)
    problems.push(
      `storage: about ${gigabytes(needed)} are needed, and the browser allows ${gigabytes(Math.max(0, quota - usage))} more ` +
        `(${gigabytes(usage)} of ${gigabytes(quota)} are used): free some of the disk, or another --profile`,
    );
}
