import { isMap, parse, type Document } from 'yaml';
import { RecipeError } from './recipe-error';

/** Blocks that stages have: `training.maxSteps=10` reaches the one of every stage. */
const STAGE_BLOCKS = new Set(['data', 'validation', 'sampling', 'training']);

type Path = (string | number)[];

/**
 * Writes values over those of a recipe: `a.b=c`, c in YAML. A key of a stage's block reaches each stage; `stages.1.training.…` only
 * that one.
 * @throws RecipeError for one that is not of this form.
 */
export function applyOverrides(document: Document, overrides: readonly string[], fileName: string): void {
  for (const override of overrides) {
    const at = override.indexOf('=');
    if (at < 1)
      throw new RecipeError(fileName, [{ key: override, reason: 'expected key=value, as in training.maxSteps=10' }]);
    const path: Path = override
      .slice(0, at)
      .split('.')
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const text = override.slice(at + 1);
    const value = valueOf(text);
    set(document, path, value);
    if (!STAGE_BLOCKS.has(String(path[0]))) continue;
    const stages = (document.get('stages') as { items?: unknown[] } | undefined)?.items ?? [];
    stages.forEach((_, i) => {
      if (document.hasIn(['stages', i, path[0]!])) set(document, ['stages', i, ...path], value);
    });
  }
}

/** A path or a name may look like broken YAML: then it is a text. */
function valueOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

/** Makes the maps on the way where there are none: `setIn` refuses to go through a plain value. */
function set(document: Document, path: Path, value: unknown): void {
  for (let length = 1; length < path.length; length++) {
    const key = path.slice(0, length);
    const node = document.getIn(key, true);
    const isCollection = isMap(node) || (typeof node === 'object' && node !== null && 'items' in node);
    if (!isCollection) document.setIn(key, document.createNode({}));
  }
  document.setIn(path, document.createNode(value));
}
