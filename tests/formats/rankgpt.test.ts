import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePermutation, readRankGpt } from '../../src/formats/rankgpt';
import { splitQueries } from '../../src/formats/split-queries';
import { file } from './source';

const passages = (query: string, ranks?: number[]) => ({
  query_id: query,
  query: 'the text',
  retrieved_passages: Array.from({ length: 20 }, (_, i) => ({
    docid: `${query}-${i + 1}`,
    ...(ranks && { rank: ranks[i] }),
    text: 't',
  })),
});
const answer = (numbers: number[]) => numbers.map((n) => `[${n}]`).join(' > ');
const upTo20 = Array.from({ length: 20 }, (_, i) => i + 1);

describe('permutations of a teacher', () => {
  it('are read whatever stands around the numbers', () => {
    const shuffled = fc.shuffledSubarray(upTo20, { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(shuffled, fc.constantFrom(' > ', '>', ', ', '\n'), (order, between) => {
        expect(parsePermutation(`[Start] ${order.map((n) => `[${n}]`).join(between)} [End]`)).toEqual(order);
      }),
    );
  });

  it('are nothing but 1 to 20, each once', () => {
    expect(parsePermutation('')).toBe('expected a permutation of 20 integers, found 0 integers');
    expect(parsePermutation('I cannot rank these.')).toMatch(/found 0 integers/);
    expect(parsePermutation(answer(upTo20.slice(1)))).toMatch(/found 19 integers/);
    expect(parsePermutation(answer([...upTo20, 20]))).toMatch(/found 21 integers/);
    expect(parsePermutation(answer([...upTo20.slice(1), 20]))).toMatch(/found 20 twice/);
    expect(parsePermutation(answer([...upTo20.slice(1), 21]))).toMatch(/found 21$/);
    expect(parsePermutation(answer([...upTo20.slice(1), 0]))).toMatch(/found 0$/);
  });
});

describe("RankGPT's files", () => {
  it('become a run with score 1/rank; lists that are no permutation are skipped and counted', async () => {
    const reversed = upTo20.toReversed();
    const { run, lists, skipped } = await readRankGpt(
      file('p.json', JSON.stringify([answer(reversed), 'sorry', answer(upTo20), answer(upTo20)])),
      file(
        'r.jsonl',
        [passages('a'), passages('b'), { query_id: 'c' }, passages('a')].map((list) => JSON.stringify(list)).join('\n'),
      ),
    );
    expect(lists).toBe(4);
    expect([...run.keys()]).toEqual(['a']);
    expect(run.get('a')!.map(({ document }) => document)).toEqual(reversed.map((n) => `a-${n}`));
    expect(run.get('a')!.map(({ rank, score }) => rank * score)).toEqual(upTo20.map(() => 1));
    expect(skipped.map(({ query, line, reason }) => `${query} ${line}: ${reason}`)).toEqual([
      'b 2: expected a permutation of 20 integers, found 0 integers',
      'c 3: expected a list "retrieved_passages", found none',
      'a 4: expected one list for the query, found a second',
    ]);
  });

  it('number the passages by their ranks, in whatever order they stand', async () => {
    const { run } = await readRankGpt(
      file('p.json', JSON.stringify([answer(upTo20)])),
      file('r.jsonl', JSON.stringify(passages('a', upTo20.toReversed()))),
    );
    expect(run.get('a')![0]!.document).toBe('a-20');
  });

  it('must have as many permutations as lists', async () => {
    const read = readRankGpt(
      file('p.json', JSON.stringify([answer(upTo20)])),
      file('r.jsonl', `${JSON.stringify(passages('a'))}\n`.repeat(3)),
    );
    await expect(read).rejects.toThrow('p.json: expected as many permutations as r.jsonl has lists (3), found 1');
    await expect(readRankGpt(file('p.json', '{}'), file('r.jsonl', ''))).rejects.toThrow(
      /^p\.json: expected a JSON list of strings/,
    );
    await expect(readRankGpt(file('p.json', '["'), file('r.jsonl', ''))).rejects.toThrow(/^p\.json: .*broken JSON/);
  });
});

describe('the split of queries', () => {
  const queries = (n: number) => new Map(Array.from({ length: n }, (_, i) => [`q${i}`, i]));

  it('holds out the given share, rounded up, and loses none', () => {
    for (const [count, share, held] of [
      [43, 0.01, 1],
      [1000, 0.01, 10],
      [1001, 0.01, 11],
      [10, 0, 0],
      [10, 1, 10],
    ] as const) {
      const { train, evaluation } = splitQueries(queries(count), share);
      expect(evaluation.size).toBe(held);
      expect(new Set([...train.keys(), ...evaluation.keys()])).toEqual(new Set(queries(count).keys()));
      expect(train.size + evaluation.size).toBe(count);
    }
  });

  it('depends on the seed and not on the order', () => {
    const { evaluation } = splitQueries(queries(500), 0.1);
    const backwards = splitQueries(new Map([...queries(500)].reverse()), 0.1).evaluation;
    expect(new Set(backwards.keys())).toEqual(new Set(evaluation.keys()));
    const other = splitQueries(queries(500), 0.1, 43).evaluation;
    expect([...other.keys()].filter((query) => evaluation.has(query)).length).toBeLessThan(20);
  });
});
