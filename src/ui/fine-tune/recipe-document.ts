/**
 * A recipe's YAML as a form: what the form shows is read from the text, what the user chooses is written into it, and
 * comments and order of the text stay. Loaded with the YAML parser when the page is first opened.
 */
import { isCollection, parseDocument, type Document } from 'yaml';

export type Path = (string | number)[];

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
}

/** A number of a stage that is often changed. */
export interface Knob {
  label: string;
  /** Its place in the recipe's stage: block and key. */
  key: [block: 'training' | 'sampling', name: string];
  help: string;
  path: Path;
  value?: number;
}

export interface StageForm {
  name: string;
  knobs: Knob[];
}

export interface RecipeForm {
  name?: string;
  description?: string;
  base?: string;
  data: DataBlock[];
  stages: StageForm[];
  testSets: number;
}

const KNOBS: Omit<Knob, 'path' | 'value'>[] = [
  { label: 'Steps', help: 'Updates of the weights; 0: as many as the epochs make', key: ['training', 'maxSteps'] },
  { label: 'Learning rate', help: 'How far one update goes', key: ['training', 'learningRate'] },
  { label: 'Passages a query', help: 'Length of a training list', key: ['sampling', 'trainSampleSize'] },
  { label: 'Queries a batch', help: 'Lists that are learnt from together', key: ['training', 'queriesPerBatch'] },
];

/** What the form shows of a text; undefined while it is no YAML map. */
export function readForm(yaml: string): RecipeForm | undefined {
  const document = parseDocument(yaml);
  if (document.errors.length > 0 || !isCollection(document.contents)) return undefined;
  const text = (path: Path): string | undefined => {
    const value = document.getIn(path);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const stages = lengthOf(document, ['stages']);
  const prefixes: Path[] = stages > 0 ? Array.from({ length: stages }, (_, i) => ['stages', i]) : [[]];
  const nameOf = (prefix: Path, i: number) =>
    prefix.length ? (text([...prefix, 'name']) ?? text([...prefix, 'objective']) ?? `stage ${i + 1}`) : '';

  const data: DataBlock[] = [];
  const add = (title: string, path: Path, removable = false) => {
    if (!document.hasIn(path) || !isCollection(document.getIn(path))) return;
    const run = document.getIn([...path, 'run']);
    data.push({
      title,
      path,
      collection: text([...path, 'collection']),
      queries: text([...path, 'queries']),
      qrels: text([...path, 'qrels']),
      run: isCollection(run) ? { bm25: true } : text([...path, 'run']),
      removable,
    });
  };
  add('Learn from', ['data']);
  add('Validate on', ['validation']);
  prefixes.forEach((prefix, i) => {
    if (prefix.length === 0) return;
    add(`${nameOf(prefix, i)} learns from`, [...prefix, 'data']);
    add(`${nameOf(prefix, i)} validates on`, [...prefix, 'validation'], true);
  });
  const testSets = lengthOf(document, ['evaluation', 'testSets']);
  for (let i = 0; i < testSets; i++) {
    const path: Path = ['evaluation', 'testSets', i];
    add(`Test on ${text([...path, 'name']) ?? i + 1}`, path, true);
  }

  return {
    name: text(['name']),
    description: text(['description']),
    base: text(['model', 'base']),
    data,
    stages: prefixes.map((prefix, i) => ({
      name: nameOf(prefix, i),
      knobs: KNOBS.map((knob) => {
        const path = [...prefix, ...knob.key];
        const value = Number(document.getIn(path));
        return { ...knob, path, value: document.hasIn(path) && Number.isFinite(value) ? value : undefined };
      }),
    })),
    testSets,
  };
}

function lengthOf(document: Document, path: Path): number {
  const node = document.getIn(path);
  return isCollection(node) ? node.items.length : 0;
}

/** The text with one value set; `undefined` takes the key out. */
export function writeValue(yaml: string, path: Path, value: unknown): string {
  const document = parseDocument(yaml);
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
  return document.toString({ lineWidth: 0 });
}

/** The text with one more test set: a copy of where the first stage learns from, to be changed. */
export function addTestSet(yaml: string, name: string, block: Omit<DataBlock, 'title' | 'path' | 'removable'>): string {
  const document = parseDocument(yaml);
  const { collection = '', queries = '', qrels, run = { bm25: { k1: 0.9, b: 0.4, depth: 100 } } } = block;
  const testSet = document.createNode({ name, collection, queries, ...(qrels ? { qrels } : {}), run });
  if (lengthOf(document, ['evaluation', 'testSets']) > 0) document.addIn(['evaluation', 'testSets'], testSet);
  else document.setIn(['evaluation', 'testSets'], document.createNode([testSet]));
  return document.toString({ lineWidth: 0 });
}
