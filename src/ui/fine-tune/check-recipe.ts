/** Reads a recipe's text as the experiment will. Loaded with the parser when the page is first opened. */
import { parseRecipe } from '../../recipes/parse-recipe';
import type { Recipe } from '../../recipes/recipe';
import { RecipeError, type RecipeProblem } from '../../recipes/recipe-error';
import { TEST_SETS } from './public-data';

/** The recipe with its defaults, or all that is wrong with it, by key and line. */
export function checkRecipe(yaml: string): { recipe?: Recipe; problems: readonly RecipeProblem[] } {
  try {
    return { recipe: parseRecipe(yaml, 'recipe', [], TEST_SETS), problems: [] };
  } catch (error) {
    if (error instanceof RecipeError) return { problems: error.problems };
    return { problems: [{ key: '', reason: error instanceof Error ? error.message : String(error) }] };
  }
}
