import type { NamedFile } from '../../src/experiments/export-checkpoint';
import type { Progress } from '../../src/experiments/progress';
import type { NewExperimentRequest } from '../../src/experiments/run-experiment';
import type { Library } from '../../src/storage/library';
import { TrainingControl } from '../../src/training/control';

/**
 * An experiment as a Lightning IR project. What it takes (BM25, sampling, losses) is fetched when it is first asked for: other work of the data
 * worker needs none of it.
 * @throws RecipeError, or an Error naming what is not stored or has no counterpart.
 */
export async function* exportProject(
  library: Library,
  { recipe, fileName, overrides = [], sources = {}, texts = {}, testSets }: NewExperimentRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress | { type: 'done'; files: NamedFile[] }> {
  const [{ lightningProject }, { parseRecipe }] = await Promise.all([
    import('../../src/experiments/exports/lightning-ir/project'),
    import('../../src/recipes/parse-recipe'),
  ]);
  const environment = { library, references: { sources, texts }, signal, control: new TrainingControl() };
  const files = yield* lightningProject(environment, parseRecipe(recipe, fileName, overrides, testSets));
  yield { type: 'done', files };
}
