/** Where a reference of a recipe lies on this machine. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { PublicFile } from '../src/recipes/data-block.ts';
import type { DatasetKind } from '../src/storage/entries.ts';
import { CATALOGUE } from './public-data.ts';

export interface Places {
  /** Beside which files are looked for too. */
  recipeFile: string;
  /** The folder of public data. */
  dataFolder: string;
}

export const DATA_FOLDER = 'data';

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;

/** A reference as a path: as it stands, or beside the recipe. Undefined when it is none. */
export async function pathOf(
  reference: string,
  { recipeFile }: Pick<Places, 'recipeFile'>,
): Promise<string | undefined> {
  const candidates = isAbsolute(reference) ? [reference] : [reference, join(dirname(recipeFile), reference)];
  for (const candidate of candidates) if (await exists(candidate)) return candidate;
  return undefined;
}

export interface LocatedFile {
  path: string;
  /** What configs/data says of it, if it was found by its name there. */
  known?: PublicFile;
}

/** The file of a data set: by its path, or where configs/data puts it below the folder of public data. */
export async function locateDataset(
  kind: DatasetKind,
  reference: string,
  places: Places,
): Promise<LocatedFile | undefined> {
  const path = await pathOf(reference, places);
  if (path !== undefined) return { path };
  const known = CATALOGUE.file(kind, reference);
  if (!known) return undefined;
  const below = join(places.dataFolder, known.path);
  return (await exists(below)) ? { path: below, known } : undefined;
}
