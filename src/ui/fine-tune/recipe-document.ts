/**
 * A recipe's YAML as a form: what the form shows is read from the text, what the user chooses is written into it, and
 * comments and order of the text stay. Loaded with the YAML parser when the page is first opened.
 */
import { isCollection, isMap, isSeq, parseDocument, type Document } from 'yaml';
import type { Objective } from '../../recipes/defaults';
import { formFields, type FormField } from '../../recipes/form-fields';
import { expandTestSet, expandTestSets } from '../../recipes/named-test-sets';
import { TEST_SETS } from './public-data';

export type Path = (string | number)[];
export type DataKey = 'collection' | 'queries' | 'qrels' | 'run';

/** A block of `DataSources` somewhere in the recipe. */
export interface DataBlock {
  title: string;
  path: Path;
  collection?: string;
  queries?: string;
  qrels?: string;
  /** The name of a run, or BM25 made when it is needed. */
  run?: string | { bm25: unknown };
  /** May be taken out again. */
  removable: boolean;
  /** Its place among the test sets. */
  testSet?: number;
}

/** A field of the recipe with what the text says of it. */
export interface Setting extends FormField {
  path: Path;
  /** Absent where the text leaves it to the default. */
  value?: string | number | boolean;
}

export interface StageForm {
  name: string;
  settings: Setting[];
}

export interface RecipeForm {
  name?: string;
  description?: string;
  base?: string;
  data: DataBlock[];
  model: Setting[];
  stages: StageForm[];
  testSets: number;
}

/** What the form shows of a text; undefined while it is no YAML map. */
export function readForm(yaml: string): RecipeForm | undefined {
  const document = parseDocument(yaml);
  if (document.errors.length > 0 || !isCollection(document.contents)) return undefined;
  expandTestSets(document, TEST_SETS);
  const stages = lengthOf(document, ['stages']);
  const prefixes: Path[] = stages > 0 ? Array.from({ length: stages }, (_, i) => ['stages', i]) : [[]];
  return {
    name: textAt(document, ['name']),
    description: textAt(document, ['description']),
    base: textAt(document, ['model', 'base']),
    data: dataBlocks(document, stages > 0 ? prefixes : []),
    model: settings(document, [], 'CL', ['model']).filter(({ key }) => key !== 'base'),
    stages: prefixes.map((prefix, i) => ({
      name: prefix.length > 0 ? stageName(document, prefix, i) : '',
      settings: settings(document, prefix, objectiveOf(document, prefix), ['sampling', 'training']),
    })),
    testSets: lengthOf(document, ['evaluation', 'testSets']),
  };
}

function textAt(document: Document, path: Path): string | undefined {
  const value = document.getIn(path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function lengthOf(document: Document, path: Path): number {
  const node = document.getIn(path);
  return isCollection(node) ? node.items.length : 0;
}

const stageName = (document: Document, prefix: Path, i: number) =>
  textAt(document, [...prefix, 'name']) ?? textAt(document, [...prefix, 'objective']) ?? `stage ${i + 1}`;

/** As far as the form needs it: which defaults to show. */
function objectiveOf(document: Document, prefix: Path): Objective {
  return [textAt(document, [...prefix, 'objective']), textAt(document, [...prefix, 'name'])].includes('KD')
    ? 'KD'
    : 'CL';
}

function settings(document: Document, prefix: Path, objective: Objective, blocks: FormField['block'][]): Setting[] {
  return formFields(objective)
    .filter(({ block }) => blocks.includes(block))
    .map((field) => {
      const path = [...prefix, field.block, ...field.key.split('.')];
      const found = document.getIn(path);
      const value = isSeq(found) ? (found.toJSON() as unknown[]).join(', ') : found;
      const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return { ...field, path, ...(known ? { value } : {}) };
    });
}

function dataBlocks(document: Document, stages: Path[]): DataBlock[] {
  const blocks: DataBlock[] = [];
  const add = (title: string, path: Path, removable = false, testSet?: number) => {
    if (!isCollection(document.getIn(path))) return;
    const run = document.getIn([...path, 'run']);
    blocks.push({
      title,
      path,
      removable,
      collection: textAt(document, [...path, 'collection']),
      queries: textAt(document, [...path, 'queries']),
      qrels: textAt(document, [...path, 'qrels']),
      run: isCollection(run) ? { bm25: true } : textAt(document, [...path, 'run']),
      ...(testSet === undefined ? {} : { testSet }),
    });
  };
  add('Learn from', ['data']);
  add('Validate on', ['validation'], true);
  stages.forEach((prefix, i) => {
    const name = stageName(document, prefix, i);
    add(`${name} learns from`, [...prefix, 'data']);
    add(`${name} validates on`, [...prefix, 'validation'], true);
  });
  for (let i = 0; i < lengthOf(document, ['evaluation', 'testSets']); i++) {
    const path: Path = ['evaluation', 'testSets', i];
    add(`Test on ${textAt(document, [...path, 'name']) ?? i + 1}`, path, true, i);
  }
  return blocks;
}

const written = (document: Document) => document.toString({ lineWidth: 110 });

/** A test set that is only named is written out where something in it is to be changed. */
function openPath(document: Document, [block, key, place]: Path): void {
  if (block === 'evaluation' && key === 'testSets' && typeof place === 'number')
    expandTestSet(document, place, TEST_SETS);
}

/** The text with one value set; `undefined` takes the key out, and what it leaves empty. */
export function writeValue(yaml: string, path: Path, value: unknown): string {
  const document = parseDocument(yaml);
  openPath(document, path);
  if (value === undefined) deleteKey(document, path);
  else document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
  return written(document);
}

function deleteKey(document: Document, path: Path): void {
  document.deleteIn(path);
  const above = path.slice(0, -1);
  const block = document.getIn(above);
  if (above.length > 0 && isMap(block) && block.items.length === 0) deleteKey(document, above);
}

/** The text with another data set wherever the one named `from` is meant. */
export function replaceData(yaml: string, key: DataKey, from: string, to: unknown): string {
  const document = parseDocument(yaml);
  for (const block of readForm(yaml)?.data ?? []) {
    if (block[key] !== from) continue;
    openPath(document, block.path);
    document.setIn([...block.path, key], typeof to === 'object' ? document.createNode(to) : to);
  }
  return written(document);
}

/** The text without these test sets (places from 0). What the others have by reference (`*name`) is written out. */
export function dropTestSets(yaml: string, places: readonly number[]): string {
  const document = parseDocument(yaml);
  const { evaluation } = document.toJS() as { evaluation: { testSets: unknown[] } };
  const kept = evaluation.testSets.filter((_, place) => !places.includes(place));
  document.setIn(['evaluation', 'testSets'], document.createNode(kept, { aliasDuplicateObjects: false }));
  return written(document);
}

/** The text with one more test set: a copy of where the first stage learns from, to be changed. */
export function addTestSet(yaml: string, name: string, like: Partial<DataBlock>): string {
  const document = parseDocument(yaml);
  const { collection = '', queries = '', qrels } = like;
  const run = { bm25: { k1: 0.9, b: 0.4, depth: 100 } };
  const testSet = document.createNode({ name, collection, queries, ...(qrels ? { qrels } : {}), run });
  if (lengthOf(document, ['evaluation', 'testSets']) > 0) document.addIn(['evaluation', 'testSets'], testSet);
  else document.setIn(['evaluation', 'testSets'], document.createNode([testSet]));
  return written(document);
}
