/** What `train` and `run` share: a recipe file with what the flags say over it, run or gone on with, and what it made. */
import { readFile } from 'node:fs/promises';
import { parseRecipe } from '../../src/recipes/parse-recipe.ts';
import { recipeToYaml } from '../../src/recipes/write-recipe.ts';
import { earlierReport, type EarlierReport } from '../../src/experiments/rerun.ts';
import type { ExperimentReport } from '../../src/experiments/report.ts';
import type { RunRequest } from '../../workers/protocol.ts';
import { checkSources } from '../check-sources.ts';
import { DATA_FOLDER } from '../locate-source.ts';
import { offerSources } from '../offer-sources.ts';
import { CATALOGUE } from '../public-data.ts';
import type { Session } from '../session.ts';
import { writeExperiment, type WrittenExperiment } from '../write-experiment.ts';

export interface RecipeRun {
  /** YAML, or a report.json: then the recipe that it was made by. */
  recipeFile: string;
  /** `a.b=c`. */
  overrides: string[];
  /** Go on with the newest unfinished experiment of this recipe. */
  resume: boolean;
  /** The folder of public data. */
  dataFolder?: string;
}

/** A recipe with what was said over it, read and ready to be run. */
export interface ReadRecipe extends Required<Pick<RecipeRun, 'recipeFile' | 'overrides' | 'dataFolder'>> {
  yaml: string;
  recipe: ReturnType<typeof parseRecipe>;
  /** The report that it comes from. */
  earlier?: EarlierReport;
}

/** @throws when there is no such file, or it is neither recipe nor report. */
export async function readRecipe({ recipeFile, overrides, dataFolder = DATA_FOLDER }: RecipeRun): Promise<ReadRecipe> {
  const text = await readFile(recipeFile, 'utf8').catch(() => {
    throw new Error(`${recipeFile}: no such file`);
  });
  const report = text.trimStart().startsWith('{') ? asReport(text) : undefined;
  const yaml = report ? recipeToYaml(report.recipe) : text;
  return {
    yaml,
    recipeFile,
    overrides,
    dataFolder,
    recipe: parseRecipe(yaml, recipeFile, overrides, CATALOGUE.testSets),
    ...(report ? { earlier: earlierReport(report) } : {}),
  };
}

/** A report.json; undefined for anything else that begins as JSON does, which YAML may too. */
function asReport(text: string): ExperimentReport | undefined {
  try {
    const value = JSON.parse(text) as Partial<ExperimentReport>;
    return value.recipe?.stages && value.testSets ? (value as ExperimentReport) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws as `checkSources`. */
export function checkRecipe(session: Session, { recipe, recipeFile, dataFolder, earlier }: ReadRecipe): Promise<void> {
  return checkSources(session, recipe, { recipeFile, dataFolder }, earlier);
}

/** Imports what the recipe reads, as far as it is files. */
export async function runRequest(session: Session, read: ReadRecipe): Promise<RunRequest> {
  const { recipe, recipeFile, overrides, yaml, dataFolder, earlier } = read;
  const offered = await offerSources(session, recipe, recipeFile, { dataFolder, ...(earlier ? { earlier } : {}) });
  return {
    recipe: yaml,
    fileName: recipeFile,
    overrides,
    ...offered,
    testSets: CATALOGUE.testSets,
    ...(earlier ? { rerunOf: earlier } : {}),
  };
}

/**
 * Checks, then runs or resumes, then writes all that was made.
 * @throws what the checks, the recipe or the work throws: nothing is written then, but what was done is stored, for `--resume`.
 */
export async function runRecipe(session: Session, run: RecipeRun): Promise<WrittenExperiment> {
  const read = await readRecipe(run);
  if (run.resume) {
    const unfinished = (await session.app.experiments()).filter(
      ({ name, state }) => name === read.recipe.name && state !== 'finished',
    );
    const newest = unfinished.sort((a, b) => b.createdAt - a.createdAt)[0];
    if (!newest) throw new Error(`--resume: no unfinished experiment of the recipe "${read.recipe.name}" is stored`);
    await session.app.resume(newest.id);
    return writeExperiment(session, newest.id);
  }
  await checkRecipe(session, read);
  const id = await session.app.run(await runRequest(session, read));
  return writeExperiment(session, id);
}
