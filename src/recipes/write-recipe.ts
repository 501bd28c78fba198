import { stringify } from 'yaml';
import type { Recipe } from './recipe';

/**
 * A recipe as YAML with nothing left to defaults: reading it again gives the same recipe, whatever the defaults are by then. One
 * stage stands at the top, several under `stages`. A single stage with a name of its own is written under
 * `stages` too: at the top, `name` is the recipe's.
 */
export function recipeToYaml({ stages, evaluation, ...recipe }: Recipe): string {
  const [only, ...more] = stages;
  const { name, description, expected, model } = recipe;
  const head = { name, description, expected, model };
  if (more.length > 0 || only === undefined || only.name !== only.objective) {
    return toYaml({ ...head, stages, evaluation });
  }
  const { name: _, ...stage } = only;
  return toYaml({ ...head, ...stage, evaluation });
}

/** Keys without a value are left out. */
const toYaml = (value: object) =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, keepUndefined: false });
