/** `teach` of the command line, against an endpoint on this machine. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeEndpoint, type FakeEndpoint } from '../teachers/fake-endpoint.ts';

const KEY = 'sk-very-secret-0123456789';
let folder: string;
let endpoint: FakeEndpoint;
beforeAll(async () => {
  endpoint = await fakeEndpoint(({ number }) => (number === 1 ? '[2]' : undefined));
  folder = mkdtempSync(join(tmpdir(), 'rerank-studio-teach-'));
  const write = (name: string, lines: string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('corpus.tsv', ['d1\tIt has grade 2', 'd2\tIt has grade 4', 'd3\tIt has grade 3', 'd4\tIt has grade 1']);
  write('queries.tsv', ['q1\twhich one', 'q2\twhich other']);
  const ranked = ['d1', 'd2', 'd3', 'd4'].map((document, i) => `Q0 ${document} ${i + 1} ${9 - i} first`);
  write(
    'run.trec',
    ['q1', 'q2'].flatMap((query) => ranked.map((line) => `${query} ${line}`)),
  );
});
afterAll(async () => {
  await endpoint?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command without blocking the endpoint, which lives in this process. */
function teach(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const command = ['tsx', 'headless/main.ts', 'teach', ...words, '--profile', join(folder, 'profile')];
  const env = { ...process.env, TEACHER_KEY: KEY };
  return new Promise((done) =>
    execFile('npx', command, { encoding: 'utf8', env }, (error, stdout, stderr) =>
      done({ status: error ? 1 : 0, stdout, stderr }),
    ),
  );
}
const file = (name: string) => join(folder, name);
const orderIn = (name: string) =>
  readFileSync(file(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 5).join(' '));

test('an endpoint’s lists as a run and in RankGPT’s format, and a run cut as lists', async () => {
  const data = ['--collection', file('corpus.tsv'), '--queries', file('queries.tsv'), '--run', file('run.trec')];
  const at = ['--endpoint', endpoint.url, '--llm', 'judge-1', '--key-env', 'TEACHER_KEY', '--lanes', '1'];
  const prices = ['--price-in', '1', '--price-out', '4', '--limit', '0.01'];
  const out = file('out');
  const made = await teach(...data, ...at, ...prices, '--json', '--out', out);
  expect(made).toMatchObject({ status: 0 });
  expect(made.stderr).toMatch(
    /2 questions with the texts of queries and passages go to 127\.0\.0\.1:\d+: about \d+ tokens/,
  );
  expect(JSON.parse(made.stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({
    lists: 2,
    left: 0,
    asked: { answers: 2, mended: 1, empty: 0 },
  });
  expect(orderIn('out/run.trec')).toEqual([
    ...['q1 Q0 d2 1 1', 'q1 Q0 d3 2 0.5', 'q1 Q0 d1 3 0.3333333333333333', 'q1 Q0 d4 4 0.25'],
    // The second answer names one passage: the others follow as they were.
    ...['q2 Q0 d2 1 1', 'q2 Q0 d1 2 0.5', 'q2 Q0 d3 3 0.3333333333333333', 'q2 Q0 d4 4 0.25'],
  ]);
  expect(JSON.parse(readFileSync(file('out/permutations.json'), 'utf8'))).toEqual([
    '[2] > [3] > [1] > [4]',
    '[2] > [1] > [3] > [4]',
  ]);
  expect(endpoint.questions[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(made.stdout + made.stderr).not.toContain(KEY);

  const cut = await teach('--teacher-run', join(out, 'run.trec'), '--depth', '2', '--out', file('cut'));
  expect(cut).toMatchObject({ status: 0 });
  expect(orderIn('cut/run.trec')).toEqual(['q1 Q0 d2 1 1', 'q1 Q0 d3 2 0.5', 'q2 Q0 d2 1 1', 'q2 Q0 d1 2 0.5']);
});
