/** What `train` and `run` share: a recipe file with what the flags say over it, run or gone on with, and what it made. */
import { readFile } from 'node:fs/promises';
import { parseRecipe } from '../../src/recipes/parse-recipe.ts';
import { offerSources } from '../offer-sources.ts';
import { CATALOGUE } from '../public-data.ts';
import type { Session } from '../session.ts';
import { writeExperiment, type WrittenExperiment } from '../write-experiment.ts';

export interface RecipeRun {
  recipeFile: string;
  /** `a.b=c`. */
  overrides: string[];
  /** Go on with the newest unfinished experiment of this recipe. */
  resume: boolean;
}

/**
 * Runs or resumes, then writes all that was made.
 * @throws what the recipe or the work throws: nothing is written then, but what was done is stored, for `--resume`.
 */
export async function runRecipe(
  session: Session,
  { recipeFile, overrides, resume }: RecipeRun,
): Promise<WrittenExperiment> {
  const yaml = await readFile(recipeFile, 'utf8').catch(() => {
    throw new Error(`${recipeFile}: no such file`);
  });
  const recipe = parseRecipe(yaml, recipeFile, overrides, CATALOGUE.testSets);
  if (resume) {
    const unfinished = (await session.app.experiments()).filter(
      ({ name, state }) => name === recipe.name && state !== 'finished',
    );
    const newest = unfinished.sort((a, b) => b.createdAt - a.createdAt)[0];
    if (!newest) throw new Error(`--resume: no unfinished experiment of the recipe "${recipe.name}" is stored`);
    await session.app.resume(newest.id);
    return writeExperiment(session, newest.id);
  }
  const { sources, texts } = await offerSources(session, recipe, recipeFile);
  const id = await session.app.run({
    recipe: yaml,
    fileName: recipeFile,
    overrides,
    sources,
    texts,
    testSets: CATALOGUE.testSets,
  });
  return writeExperiment(session, id);
}
