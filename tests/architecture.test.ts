/** The layers of src: imports point down only, and each outer library has its one place. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Top to bottom. A folder may import itself and those after it. */
const LAYERS = [
  'ui',
  'experiments',
  'training',
  'teachers',
  'reranking',
  'recipes',
  'evaluation',
  'retrieval',
  'models',
  'kernels',
  'text',
  'hub',
  'storage',
  'formats',
];

/** Where an outer library may be imported from; what is not here is free. */
const PLACES: { name: string; library: RegExp; folders: string[] }[] = [
  { name: 'svelte', library: /^svelte(\/|$)|\.svelte$/, folders: ['ui', 'workers'] },
  { name: 'comlink', library: /^comlink$/, folders: ['ui', 'workers'] },
  { name: 'idb', library: /^idb$/, folders: ['storage'] },
  { name: 'transformers', library: /^@xenova\/transformers$/, folders: ['teachers'] },
  {
    name: 'tfjs',
    library: /^@tensorflow\//,
    folders: ['kernels', 'models', 'retrieval', 'training', 'reranking', 'experiments', 'workers'],
  },
];

/** Things of a page that a worker and Node do not have. */
const PAGE_ONLY =
  /\b(localStorage|sessionStorage)\b|\bdocument\.(body|createElement|getElementById|querySelector)|\bwindow\.(addEventListener|location|document)/;
/** Modules of Node: only the command line, benches and tests run there. */
const NODE_ONLY = /^(node:|fs$|path$)/;
/** Run by the build, not by the app. */
const BUILD_SCRIPTS = ['compile', 'spawn-in-node', 'thread-in-node'].map((name) => `src/kernels/wasm/${name}.ts`);

interface Imported {
  file: string;
  /** The folder of src, or `workers`. */
  from: string;
  specifier: string;
  /** The folder that a relative import leads to; undefined outside of src and workers. */
  to?: string;
}

/** Type declarations of what is generated or a resource (`?raw`, JSON) are no modules of ours. */
const CODE = /\.(ts|svelte)$/;

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${join('wasm', 'assembly')}`));
}

/** The code of a file: of a component, what stands in its scripts. */
function codeOf(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.svelte')) return text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n');
}

/** Every module that a file names: imports, exports from, types, dynamic imports, workers by URL. */
function specifiersOf(path: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(path, codeOf(path), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const [first] = ts.isCallExpression(node) || ts.isNewExpression(node) ? (node.arguments ?? []) : [];
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) found.push(node.argument.literal.text);
    } else if (first && ts.isStringLiteral(first)) {
      const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
      const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
      if (isImport || isUrl) found.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `src/models/head.ts` → `models`; undefined outside of src and workers. */
function folderOf(path: string): string | undefined {
  const [top, folder] = relative(ROOT, path).split(/[\\/]/);
  return top === 'src' ? folder : top === 'workers' ? 'workers' : undefined;
}

const paths = [...filesBelow('src'), ...filesBelow('workers')];
const imports: Imported[] = paths.flatMap((path) =>
  specifiersOf(path).map((specifier) => ({
    file: relative(ROOT, path),
    from: folderOf(path)!,
    specifier,
    ...(specifier.startsWith('.') ? { to: folderOf(resolve(dirname(path), specifier)) } : {}),
  })),
);
const inWords = ({ file, specifier }: Imported) => `${file} imports ${specifier}`;
/** The page and the workers stand side by side on top: they speak one protocol. */
const levelOf = (folder: string) => (folder === 'workers' ? 0 : LAYERS.indexOf(folder));

describe('the layers of src', () => {
  it('are all its folders', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...LAYERS].sort());
  });

  it('are read as they are: the test sees the imports', () => {
    const known = imports.filter(({ to }) => to !== undefined && LAYERS.includes(to));
    expect(known.length).toBeGreaterThan(200);
    expect(imports.map(inWords)).toContain('src/experiments/evaluate-stored.ts imports ../evaluation/evaluate');
  });

  it('import downwards only', () => {
    const upwards = imports.filter(({ from, to }) => to !== undefined && levelOf(to) < levelOf(from));
    expect(upwards.map(inWords)).toEqual([]);
  });

  it('import nothing of the command line, benches or tests', () => {
    const leaving = imports.filter(
      ({ file, specifier, to }) =>
        specifier.startsWith('.') &&
        to === undefined &&
        /^(headless|bench|tests|docs)[\\/]/.test(relative(ROOT, resolve(ROOT, dirname(file), specifier))),
    );
    expect(leaving.map(inWords)).toEqual([]);
  });
});

describe('outer libraries', () => {
  it.each(PLACES)('$name only in its folders', ({ library, folders }) => {
    const using = imports.filter(({ specifier }) => library.test(specifier));
    expect(using.length).toBeGreaterThan(0);
    expect(using.filter(({ from }) => !folders.includes(from)).map(inWords)).toEqual([]);
  });

  it('no modules of Node anywhere in the app', () => {
    const using = imports.filter(({ specifier, file }) => NODE_ONLY.test(specifier) && !BUILD_SCRIPTS.includes(file));
    expect(using.map(inWords)).toEqual([]);
    expect(imports.filter(({ specifier }) => /wasm\/compile$|^\.\/compile$/.test(specifier)).map(inWords)).toEqual([]);
  });
});

describe('what each place keeps to itself', () => {
  /** Without comments. */
  const code = (path: string) => codeOf(path).replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
  const outside = (folders: string[], pattern: RegExp) =>
    paths
      .filter((path) => !folders.includes(folderOf(path)!) && pattern.test(code(path)))
      .map((path) => relative(ROOT, path));

  it('WGSL stands in kernels', () => {
    const wgsl = /var<(storage|workgroup|uniform)|@compute|fn main\(|workgroupBarrier\(|getWorkgroupSizeString/;
    expect(paths.some((path) => folderOf(path) === 'kernels' && wgsl.test(code(path)))).toBe(true);
    expect(outside(['kernels'], wgsl)).toEqual([]);
  });

  it('IndexedDB is opened in storage', () => {
    expect(outside(['storage'], /\bindexedDB\b/)).toEqual([]);
  });

  it('the page’s own objects are used in ui', () => {
    expect(outside(['ui'], PAGE_ONLY)).toEqual([]);
  });
});
