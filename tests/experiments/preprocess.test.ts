import 'fake-indexeddb/auto';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { preprocess, type PreprocessRequest } from '../../src/experiments/preprocess';
import type { Preprocessed } from '../../src/experiments/preprocessed';
import type { Library } from '../../src/storage/library';
import { encode, file, gzip } from '../formats/source';
import { freshLibrary } from '../storage/helpers';

const upTo20 = Array.from({ length: 20 }, (_, i) => i + 1);
const answer = upTo20.map((n) => `[${n}]`).join(' > ');
const passages = (query: string) =>
  JSON.stringify({ query_id: query, retrieved_passages: upTo20.map((n) => ({ docid: `${query}-${n}`, rank: n })) });
const QUERIES = Array.from({ length: 200 }, (_, i) => `q${i}`);
/** Two of the 200 answers are no permutation. */
const permutations = JSON.stringify(QUERIES.map((_, i) => (i === 7 ? 'sorry' : i === 9 ? `${answer} > [20]` : answer)));
const retrieved = QUERIES.map(passages).join('\n');
const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, encode(text)])));

const common = { evalShare: 0.01, seed: 42, name: 'teacher' };

async function done(library: Library, request: PreprocessRequest): Promise<Preprocessed> {
  let last;
  for await (const event of preprocess(library, request)) last = event;
  return last as Preprocessed;
}

describe("RankGPT's lists", () => {
  const request = (p: string | Uint8Array, r: string | Uint8Array, ending = ''): PreprocessRequest => ({
    ...common,
    dataset: 'rankgpt',
    permutations: file(`p.json${ending}`, p),
    retrieved: file(`r.jsonl${ending}`, r),
  });

  it('become two runs, one percent of the queries apart; what is left out is listed by query', async () => {
    const library = await freshLibrary();
    const { train, evaluation, lists, skipped, listed } = await done(library, request(permutations, retrieved));
    expect([lists, skipped]).toEqual([200, 2]);
    expect(listed.map(({ query, file, line, reason }) => [query, file, line, reason])).toEqual([
      ['q7', 'p.json', 8, 'expected a permutation of 20 integers, found 0 integers'],
      ['q9', 'p.json', 10, 'expected a permutation of 20 integers, found 21 integers'],
    ]);
    expect([train.name, evaluation!.name]).toEqual(['teacher-train', 'teacher-eval']);
    expect([train.count, evaluation!.count]).toEqual([196 * 20, 2 * 20]);
    const both = [...(await library.queriesOf(train.id)), ...(await library.queriesOf(evaluation!.id))];
    expect(both.sort()).toEqual(QUERIES.filter((query) => !['q7', 'q9'].includes(query)).sort());
  });

  it('are the same from gzip, from zips, and from one zip with both', async () => {
    const library = await freshLibrary();
    const plain = (await done(library, request(permutations, retrieved))).train.checksum;
    const packed = [
      request(await gzip(encode(permutations)), await gzip(encode(retrieved)), '.gz'),
      request(zip({ 'p.json': permutations }), zip({ 'r.jsonl': retrieved, '__MACOSX/._r.jsonl': 'x' }), '.zip'),
      request(
        zip({ 'p.json': permutations, 'r.jsonl': retrieved }),
        zip({ 'p.json': '', 'r.jsonl': retrieved }),
        '.zip',
      ),
    ];
    for (const one of packed) expect((await done(library, one)).train.checksum).toBe(plain);
    const wrong = request(permutations, zip({ 'a.txt': '', 'b.txt': '' }), '.zip');
    await expect(done(library, wrong)).rejects.toThrow(
      'r.jsonl.zip: expected one file in it that ends in .jsonl or .jsonl.gz, found a.txt, b.txt',
    );
  });

  it('are split by the seed, and sampled by it', async () => {
    const library = await freshLibrary();
    const heldOut = async (seed: number) =>
      library.queriesOf(
        (await done(library, { ...request(permutations, retrieved), seed, evalShare: 0.1 })).evaluation!.id,
      );
    expect(await heldOut(42)).toEqual(await heldOut(42));
    expect(await heldOut(43)).not.toEqual(await heldOut(42));
    const { train, evaluation } = await done(library, {
      ...request(permutations, retrieved),
      sample: 50,
      evalShare: 0.1,
    });
    expect([train.count, evaluation!.count]).toEqual([45 * 20, 5 * 20]);
  });
});

describe("a first stage's run", () => {
  const line = (query: string, rank: number) => `${query}\t${query}-d${rank}\t${rank}\t${100 - rank}`;
  const lines = QUERIES.flatMap((query) => Array.from({ length: 8 }, (_, i) => line(query, i + 1)));
  const text = [
    ...lines.slice(0, 5),
    'q0\tno rank',
    ...lines.slice(5, 17),
    line('q2', 1),
    ...lines.slice(17),
    line('q1', 1),
  ].join('\n');
  const request = (data: string | Uint8Array, more: object = {}): PreprocessRequest =>
    ({ ...common, dataset: 'colbert', run: file('ranking.tsv', data), ...more }) as PreprocessRequest;

  it('is split query by query; bad lines and doubles are counted and listed', async () => {
    const library = await freshLibrary();
    const { train, evaluation, lists, skipped, listed } = await done(library, request(text));
    expect([lists, skipped, train.count, evaluation!.count]).toEqual([200, 3, 198 * 8, 2 * 8]);
    expect(listed.map(({ query, line, reason }) => `${query} ${line}: ${reason}`)).toEqual([
      'q0 6: expected 3 or 4 columns separated by tabs, found 2',
      'q2 19: expected document q2-d1 once, found it a second time: the first one stands',
      'undefined 1603: expected document q1-d1 once for query q1, found it a second time: the first one stands',
    ]);
    const ranking = await library.readRanking(train.id, 'q3');
    expect(ranking.map(({ document, rank, score }) => [document, rank, score])).toEqual(
      Array.from({ length: 8 }, (_, i) => [`q3-d${i + 1}`, i + 1, 99 - i]),
    );
  });

  it('is cut at a depth, sampled, and may be zipped or in TREC columns', async () => {
    const library = await freshLibrary();
    const cut = await done(library, request(text, { depth: 3, sample: 20, evalShare: 0.1 }));
    expect([cut.train.count, cut.evaluation!.count]).toEqual([18 * 3, 2 * 3]);
    const zipped = await done(library, request(zip({ 'ranking.tsv': text }), { depth: 3, sample: 20, evalShare: 0.1 }));
    expect(zipped.train.checksum).toBe(cut.train.checksum);
    const trec = QUERIES.map((query) => `${query} Q0 d1 1 3.5 colbert`).join('\n');
    expect((await done(library, request(trec))).train.count).toBe(198);
  });

  it('of another kind, or without a line that can be read, is refused', async () => {
    const library = await freshLibrary();
    await expect(done(library, request('a b\nc d\n'))).rejects.toThrow(
      /ranking\.tsv: expected lines of a run, found none; the first line that could not be read is 1:/,
    );
    await expect(done(library, request('query-id\tcorpus-id\tscore\n1\t2\t1\n'))).rejects.toThrow(
      'expected a run, found qrels',
    );
    expect(await library.datasets()).toEqual([]);
  });
});
