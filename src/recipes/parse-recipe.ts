import * as v from 'valibot';
import { isMap, parseDocument } from 'yaml';
import { contradictions } from './contradictions';
import { fillDefaults } from './fill-defaults';
import { locator } from './locate';
import { expandTestSets, type NamedTestSets } from './named-test-sets';
import { applyOverrides, type KeyPath } from './overrides';
import type { Recipe } from './recipe';
import { RecipeError, type RecipeProblem } from './recipe-error';
import { recipeSchema } from './schema';

/**
 * Reads a recipe and fills in the study's defaults.
 *
 * A recipe of one stage has the stage's keys at the top. In one with `stages`, a `data` or `validation` block at the top stands
 * for each stage that has none of its own, and options of a `sampling` or `training` block at the top go for each stage that
 * does not say otherwise.
 *
 * @param fileName shown in errors; the recipe's name where it has none
 * @param overrides `a.b=c`: values over those of the file (`--set`); see `applyOverrides`
 * @param testSets what names among the test sets mean, in the file and in overrides
 * @throws RecipeError naming each key that is wrong, with its line or the override that said it.
 */
export function parseRecipe(
  yaml: string,
  fileName: string,
  overrides: readonly string[] = [],
  testSets: NamedTestSets = {},
): Recipe {
  const document = parseDocument(yaml, { prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      line: yaml.slice(0, pos[0]).split('\n').length,
      key: '',
      reason: message,
    }));
    throw new RecipeError(fileName, problems);
  }
  if (!isMap(document.contents)) {
    throw new RecipeError(fileName, [{ key: '', reason: 'expected keys and values (model, stages …), found none' }]);
  }
  // Before the overrides, which may change what a name means, and after, since they may bring names of their own.
  expandTestSets(document, testSets);
  const locate = locator(document, yaml, applyOverrides(document, overrides, fileName));
  const problem = (path: KeyPath, reason: string): RecipeProblem => ({ ...locate(path), key: path.join('.'), reason });
  const unknown = expandTestSets(document, testSets);
  if (unknown.length > 0) {
    throw new RecipeError(
      fileName,
      unknown.map(({ path, reason }) => problem(path, reason)),
    );
  }

  const result = v.safeParse(recipeSchema, document.toJS());
  if (!result.success) {
    throw new RecipeError(
      fileName,
      result.issues.map((issue) =>
        problem(
          (issue.path ?? []).map(({ key }) => key as string | number),
          reason(issue),
        ),
      ),
    );
  }
  const given = result.output;
  const recipe = fillDefaults(given, stemOf(fileName));
  const problems = contradictions(recipe, given.stages !== undefined).map(({ path, reason }) => problem(path, reason));
  for (const key of ['objective', 'from'] as const) {
    if (given.stages && given[key]) problems.push(problem([key], 'expected in each of the stages, found at the top'));
  }
  if (problems.length > 0) throw new RecipeError(fileName, problems);
  return recipe;
}

function reason({ message, input }: v.BaseIssue<unknown>): string {
  if (!message.startsWith('expected ')) return message;
  return `${message}, found ${input === undefined || input === null ? 'nothing' : JSON.stringify(input)}`;
}

/** `configs/experiments/bert-cl.yaml` → `bert-cl`. */
function stemOf(fileName: string): string {
  return (fileName.split(/[\\/]/).at(-1) ?? fileName).replace(/\.ya?ml$/, '') || 'experiment';
}
