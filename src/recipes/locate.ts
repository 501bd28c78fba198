import { isMap, isNode, type Document } from 'yaml';
import type { KeyPath, Overridden } from './overrides';
import type { RecipeProblem } from './recipe-error';

/**
 * Finds where a key of a recipe stands: its line, or the override that wrote it. A key that is not there is placed at what it is
 * missing from.
 */
export function locator(
  document: Document,
  yaml: string,
  overridden: readonly Overridden[],
): (path: KeyPath) => Pick<RecipeProblem, 'line' | 'override'> {
  const lineAt = (offset: number) => yaml.slice(0, offset).split('\n').length;
  return (path) => {
    // Written by an override: the value itself, what it is part of, or all that there is of it.
    const isNew = offsetOf(document, path) === undefined;
    const writer = overridden.findLast(
      (written) => startsWith(path, written.path) || (isNew && startsWith(written.path, path)),
    );
    if (writer) return { override: writer.override };
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return { line: lineAt(offset) };
    }
    return {};
  };
}

const startsWith = (path: KeyPath, start: KeyPath) => start.every((part, i) => String(path[i]) === String(part));

/** Where the key stands, or in a list the entry; undefined when it does not, or an override wrote it. */
function offsetOf(document: Document, path: KeyPath): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const node = isMap(parent)
    ? parent.items.find(({ key }) => isNode(key) && String(key.toJSON()) === last)?.key
    : document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined;
}
