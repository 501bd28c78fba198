import { isMap, isSeq, parse, type Document } from 'yaml';
import { RecipeError } from './recipe-error';

/** Blocks that stages have: `training.maxSteps=10` reaches the one of every stage. */
const STAGE_BLOCKS = new Set<unknown>(['data', 'validation', 'sampling', 'training']);

export type KeyPath = (string | number)[];

/** A value that an override wrote, and where. */
export interface Overridden {
  path: KeyPath;
  /** `a.b=c`, as it was given. */
  override: string;
}

/**
 * Writes values over those of a recipe: `a.b=c`, c in YAML. A key of a stage's block reaches each stage. An entry of a list is
 * named by its number from 0 or by its name: `stages.1.training.…` or `stages.KD.training.…` reaches only that one.
 *
 * @returns where values were written
 * @throws RecipeError for one that is not of this form, or names an entry that is not there.
 */
export function applyOverrides(document: Document, overrides: readonly string[], fileName: string): Overridden[] {
  return overrides.flatMap((override) => {
    const fail = (key: string, reason: string): never => {
      throw new RecipeError(fileName, [{ override, key, reason }]);
    };
    const at = override.indexOf('=');
    if (at < 1) return fail('', 'expected key=value, as in training.maxSteps=10');
    const value = valueOf(override.slice(at + 1));
    return placesOf(document, override.slice(0, at).split('.')).map((parts) => {
      const path = resolve(document, parts, fail);
      set(document, path, value);
      return { path, override };
    });
  });
}

/** The key itself, or the same key in each stage that has the block; the shared block too, for stages without their own. */
function placesOf(document: Document, parts: string[]): string[][] {
  const stages = document.get('stages');
  if (!STAGE_BLOCKS.has(parts[0]) || !isSeq(stages)) return [parts];
  const withOwn = stages.items.map((_, i) => i).filter((i) => document.hasIn(['stages', i, parts[0]!]));
  const own = withOwn.map((i) => ['stages', String(i), ...parts]);
  return withOwn.length < stages.items.length || document.has(parts[0]!) ? [parts, ...own] : own;
}

/** Numbers and names of entries as numbers. */
function resolve(document: Document, parts: string[], fail: (key: string, reason: string) => never): KeyPath {
  const path: KeyPath = [];
  for (const part of parts) {
    const parent = path.length === 0 ? document.contents : document.getIn(path, true);
    if (!isSeq(parent)) {
      path.push(part);
      continue;
    }
    const names = parent.items.map((item) =>
      isMap(item) ? String(item.get('name') ?? item.get('objective') ?? '') : '',
    );
    const index = /^\d+$/.test(part) ? Number(part) : names.indexOf(part);
    if (index < 0 || index >= names.length) {
      const known = names.map((name, i) => (name ? `${i} (${name})` : String(i))).join(', ') || 'none';
      return fail([...path, part].join('.'), `there is no such entry; there are ${known}`);
    }
    path.push(index);
  }
  return path;
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
function set(document: Document, path: KeyPath, value: unknown): void {
  for (let length = 1; length < path.length; length++) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isMap(node) && !isSeq(node)) document.setIn(path.slice(0, length), document.createNode({}));
  }
  document.setIn(path, document.createNode(value));
}
