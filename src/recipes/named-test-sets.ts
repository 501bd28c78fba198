import { isMap, isScalar, isSeq, type Document } from 'yaml';
import { nearestName } from '../formats/nearest-name';
import type { KeyPath } from './overrides';
import type { TestSetYaml } from './schema';

/** What the names among a recipe's test sets mean: `testSets: [dl19]`. */
export type NamedTestSets = Readonly<Record<string, TestSetYaml>>;

const PATH = ['evaluation', 'testSets'];

/**
 * Puts what a name means in its place, wherever one stands among the document's test sets.
 * @returns what is wrong: names that mean nothing, and names beside a `folder`, below which the recipe's own files are.
 */
export function expandTestSets(document: Document, known: NamedTestSets): { path: KeyPath; reason: string }[] {
  const list = document.getIn(PATH, true);
  if (!isSeq(list)) return [];
  return list.items.flatMap((_, i) => {
    const reason = expandTestSet(document, i, known);
    return reason === undefined ? [] : [{ path: [...PATH, i], reason }];
  });
}

/** The same at one place, from 0. @returns what is wrong, if it is. */
export function expandTestSet(document: Document, place: number, known: NamedTestSets): string | undefined {
  const list = document.getIn(PATH, true);
  const item = isSeq(list) ? list.items[place] : undefined;
  if (!isSeq(list) || !isScalar(item)) return undefined;
  const name = String(item.value);
  const meaning = known[name];
  if (meaning === undefined) {
    const meant = nearestName(name, Object.keys(known));
    const hint = meant ? `did you mean ${meant}?` : `known are ${Object.keys(known).join(', ') || 'none'}`;
    return `there is no test set ${name} in configs/data; ${hint}`;
  }
  if (isMap(document.contents) && document.contents.has('folder'))
    return `expected the files of ${name}, found its name beside folder: leave folder out, or write the test set out`;
  const node = document.createNode({ name, ...meaning }, { aliasDuplicateObjects: false });
  // Where the name stood, for messages.
  node.range = item.range;
  list.items[place] = node;
  return undefined;
}
