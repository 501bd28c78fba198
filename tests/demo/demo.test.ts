import { statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkCollection, checkDemo, checkJudgements, checkLeaks, checkTeacher, judgedShare } from './check-demo';
import { type Demo, SPLITS, readDemo } from './read-demo';

const FOLDER = 'public/demo';
const MIB = 2 ** 20;

const bytes = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytes(path) : statSync(path).size);
  }, 0);

describe('the embedded demo', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await readDemo(FOLDER);
  });

  test('has nothing wrong with it', () => {
    expect(checkDemo(demo)).toEqual([]);
  });

  test('is judged where BM25 looks', () => {
    for (const split of SPLITS) expect(judgedShare(demo, split)).toBeGreaterThanOrEqual(0.95);
  });

  test('is small', () => {
    expect(bytes(FOLDER)).toBeLessThan(10 * MIB);
    expect(bytes(join(FOLDER, 'model'))).toBeLessThan(8 * MIB);
  });

  test('would not pass with a fault', () => {
    const [first, ...others] = demo.collection;
    expect(checkCollection({ ...demo, collection: [{ ...first!, text: 'too short' }, ...others] })).toHaveLength(1);
    expect(checkCollection({ ...demo, collection: [...demo.collection, first!] })).not.toEqual([]);
    expect(checkJudgements({ ...demo, collection: others }).length).toBeGreaterThan(0);
    expect(checkTeacher({ ...demo, teacher: new Map([...demo.teacher].slice(1)) })).not.toEqual([]);

    const test = demo.queries.test[0]!;
    const answer = [...demo.qrels.test.get(test.id)!].find(([, grade]) => grade === 3)![0];
    const train = demo.queries.train[0]!.id;
    const leaking = new Map(demo.qrels.train).set(train, new Map([[answer, 1]]));
    expect(checkLeaks({ ...demo, qrels: { ...demo.qrels, train: leaking } })).toEqual([
      `${test.id}: ${answer} was trained on`,
    ]);
    const bare = new Map([...demo.qrels.test].map(([query]) => [query, new Map<string, number>()]));
    expect(judgedShare({ ...demo, qrels: { ...demo.qrels, test: bare } }, 'test')).toBe(0);
  });
});
