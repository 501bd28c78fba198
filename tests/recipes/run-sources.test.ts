import { describe, expect, test } from 'vitest';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import { encoderCheckpoints, hasBm25, readRuns, teacherLists } from '../../src/recipes/run-sources';

const recipe = (run: string) =>
  parseRecipe(`data: { collection: c, queries: q, qrels: j, run: ${run} }\nfolder: files`, 'r.yaml');
const parsed = (run: string) => recipe(run).stages[0]!.data!.run!;

describe('a run of a recipe', () => {
  test('may be made by a checkpoint’s vectors, as deep as BM25 unless said otherwise', () => {
    expect(parsed('{ dense: { checkpoint: a/b } }')).toEqual({ dense: { checkpoint: 'a/b', depth: 500 } });
    expect(parsed('{ lateInteraction: { checkpoint: a/b, depth: 7 } }')).toEqual({
      lateInteraction: { checkpoint: 'a/b', depth: 7 },
    });
  });

  test('may re-rank and fuse others, whose files are in the folder', () => {
    const run = parsed(
      '{ fuse: [x.trec, { bm25: { depth: 3 } }, { lateInteraction: { checkpoint: m, run: { rankgpt: { permutations: p, retrieved: r } } } }] }',
    );
    expect(run).toEqual({
      fuse: [
        'files/x.trec',
        { bm25: { k1: 0.9, b: 0.4, depth: 3 } },
        {
          lateInteraction: {
            checkpoint: 'm',
            depth: 500,
            run: { rankgpt: { permutations: 'files/p', retrieved: 'files/r' } },
          },
        },
      ],
    });
    expect(readRuns(run)).toEqual(['files/x.trec', 'files/p']);
    expect(encoderCheckpoints(run)).toEqual(['m']);
    expect(teacherLists(run)).toEqual([{ permutations: 'files/p', retrieved: 'files/r' }]);
    expect(hasBm25(run)).toBe(true);
    expect(hasBm25('x')).toBe(false);
  });

  test.each([
    ['{ fuse: [x] }', 'data.run.fuse: expected two runs or more'],
    ['{ dense: { depth: 3 } }', 'data.run.dense.checkpoint'],
    ['{ lateInteraction: { checkpoint: m, dept: 3 } }', 'did you mean depth?'],
    ['{ fuse: [x, { dense: { checkpoint: m, depth: 0 } }] }', 'data.run.fuse.1.dense.depth'],
  ])('%s is refused with the key', (run, message) => {
    expect(() => recipe(run)).toThrow(message);
  });
});
