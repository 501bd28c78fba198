import { describe, expect, it } from 'vitest';
import { dataCatalogue } from '../../src/recipes/data-catalogue';
import { parseRecipe } from '../../src/recipes/parse-recipe';

const { testSets } = dataCatalogue({
  'a.yaml': `name: a
description: A
testSet: { collection: c, queries: a, qrels: a, run: { bm25: { depth: 20 } }, measures: [AP] }
files: [{ kind: queries, name: a, path: x/a.tsv, url: https://example.org/a.tsv }]`,
  'b.yaml': `name: b
description: B
testSet: { collection: c, queries: b, qrels: b, run: b-bm25 }
files: []`,
});
const read = (yaml: string, ...overrides: string[]) =>
  parseRecipe(yaml, 'mine.yaml', overrides, testSets).evaluation.testSets;
const names = (yaml: string, ...overrides: string[]) => read(yaml, ...overrides).map(({ name }) => name);

describe('test sets that are only named', () => {
  it('mean what configs/data says, defaults filled in', () => {
    expect(read('objective: CL\nevaluation: { testSets: [a, b] }')).toEqual([
      {
        name: 'a',
        collection: 'c',
        queries: 'a',
        qrels: 'a',
        run: { bm25: { k1: 0.9, b: 0.4, depth: 20 } },
        measures: ['AP'],
      },
      { name: 'b', collection: 'c', queries: 'b', qrels: 'b', run: 'b-bm25' },
    ]);
  });

  it('stand beside those that are written out, and overrides may name them and change what they mean', () => {
    const mixed = 'evaluation: { testSets: [b, { name: mine, collection: c, queries: q, qrels: j, run: r }] }';
    expect(names(mixed)).toEqual(['b', 'mine']);
    expect(names(mixed, 'evaluation.testSets=[a]')).toEqual(['a']);
    expect(read(mixed, 'evaluation.testSets.b.run=other')[0]!.run).toBe('other');
  });

  it('that nobody knows are errors with their line', () => {
    expect(() => read('objective: CL\nevaluation:\n  testSets:\n    - a\n    - dl91')).toThrow(
      'mine.yaml:5: evaluation.testSets.1: there is no test set dl91 in configs/data; known are a, b',
    );
    expect(() => read('objective: CL', 'evaluation.testSets=[c]')).toThrow(
      /^--set evaluation\.testSets=\[c\]: .*no test set c/,
    );
    expect(() => read('folder: data\nevaluation: { testSets: [a] }')).toThrow(
      'mine.yaml:2: evaluation.testSets.0: expected the files of a',
    );
  });
});

describe('a file of configs/data', () => {
  const block = (text: string) => dataCatalogue({ 'x.yaml': `name: x\ndescription: X\n${text}` });

  it('says where each of its files comes from', () => {
    const { file, download } = block(
      `downloads: [{ path: z/a.zip, url: https://example.org/a.zip, bytes: 9, md5: '${'0a'.repeat(16)}' }]
files: [{ kind: collection, name: docs, path: z/a/corpus.jsonl, in: z/a.zip }]`,
    );
    expect(file('collection', 'docs')).toMatchObject({ path: 'z/a/corpus.jsonl', in: 'z/a.zip' });
    expect(file('queries', 'docs')).toBeUndefined();
    expect(download('z/a.zip')).toMatchObject({ bytes: 9 });
  });

  it.each([
    ['files: [{ kind: qrels, name: q, path: p }]', 'x.yaml: files.0: expected one of url, in, make'],
    ['files: []\ndownloads: [{ path: p }]', 'x.yaml: downloads.0: expected url, or page and byHand'],
    ['files: [{ kind: qrels, name: q, path: p, url: https://e.org, md5: abc }]', 'x.yaml: files.0.md5: expected 32'],
    ['files: [{ kind: qrels, name: q, path: p, in: a.zip }]', 'configs/data: x: there is no download a.zip'],
    [
      'files: [{ kind: qrels, name: q, path: p, make: m }, { kind: qrels, name: q, path: r, make: m }]',
      'is in two files',
    ],
  ])('%j is refused', (text, message) => {
    expect(() => block(text)).toThrow(message);
  });
});
