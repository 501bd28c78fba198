/** The command line, as a user runs it: a process, files in, files out. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY_MODEL } from './studio.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rerank-studio-headless-'));
  const write = (name: string, lines: string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('corpus.tsv', [
    'd1\tTides\tThe Moon raises the tides of the ocean twice a day.',
    'd2\tBread\tYeast makes the dough rise before baking.',
    'd3\tMoon\tThe Moon has phases because the Sun lights half of it.',
    'd4\tCoffee\tGrinding coffee beans coarsely makes a milder cup.',
  ]);
  write('queries.tsv', ['q1\twhy does the moon have phases', 'q2\twhat makes dough rise']);
  write('qrels.txt', ['q1 0 d3 2', 'q1 0 d1 1', 'q2 0 d2 1']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function headless(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const profile = join(folder, 'profile');
  const { status, stdout, stderr } = spawnSync('npx', ['tsx', 'headless/main.ts', ...words, '--profile', profile], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
const file = (name: string) => join(folder, name);

test('bm25 writes a run, and evaluate measures it', () => {
  const out = file('out');
  const bm25 = headless('bm25', '--collection', file('corpus.tsv'), '--queries', file('queries.tsv'), '--out', out);
  expect(bm25).toMatchObject({ status: 0 });
  const run = readFileSync(join(out, 'run.trec'), 'utf8').trimEnd().split('\n');
  expect(run.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
    'q1 Q0 d3 1',
    'q1 Q0 d1 2',
    'q2 Q0 d2 1',
    'q2 Q0 d4 2',
  ]);

  const measured = headless(
    ...['evaluate', '--qrels', file('qrels.txt'), '--run', join(out, 'run.trec')],
    ...['--measures', 'nDCG@10 RR', '--json'],
  );
  expect(measured).toMatchObject({ status: 0 });
  expect(JSON.parse(measured.stdout)).toMatchObject({ mean: { 'nDCG@10': 1, RR: 1 }, perQuery: { q1: { RR: 1 } } });

  // Several runs are compared with one baseline, and p is corrected for their number.
  writeFileSync(file('worse.trec'), 'q1 Q0 d1 1 3 w\nq1 Q0 d3 2 2 w\nq2 Q0 d4 1 2 w\nq2 Q0 d2 2 1 w\n');
  writeFileSync(file('worst.trec'), 'q1 Q0 d4 1 3 w\nq1 Q0 d3 2 2 w\nq2 Q0 d4 1 2 w\nq2 Q0 d2 2 1 w\n');
  const several = headless(
    ...['evaluate', '--qrels', file('qrels.txt'), '--run', file('worse.trec'), '--run', file('worst.trec')],
    ...['--baseline', join(out, 'run.trec'), '--measures', 'nDCG@10', '--json'],
  );
  const { runs } = JSON.parse(several.stdout) as {
    runs: { run: string; baseline: Record<string, { p: number }>; holm: Record<string, number> }[];
  };
  expect(runs.map(({ run }) => run)).toEqual([file('worse.trec'), file('worst.trec')]);
  const ps = runs.map(({ baseline }) => baseline['nDCG@10']!.p);
  expect(runs.map(({ holm }) => holm['nDCG@10'])).toEqual([Math.max(2 * ps[1]!, ps[0]!), 2 * ps[1]!]);
});

test('train writes a log and a checkpoint, which rerank loads', () => {
  const out = file('trained');
  writeFileSync(
    file('recipe.yaml'),
    `name: small
model: { maxLength: 48 }
objective: CL
sampling: { trainSampleSize: 2, trainSampleDepth: 4 }
training: { learningRate: 1.0e-3, queriesPerBatch: 2, accumulate: 1, maxSteps: 3, validateEvery: 0, checkpointEvery: 0 }
`,
  );
  const data = ['--collection', file('corpus.tsv'), '--queries', file('queries.tsv')];
  const run = ['--run', join(file('out'), 'run.trec')];
  const trained = headless(
    ...['train', '--recipe', file('recipe.yaml'), ...data, ...run, '--qrels', file('qrels.txt')],
    ...['--from', TINY_MODEL, '--backend', 'wasm', '--out', out],
  );
  expect(trained).toMatchObject({ status: 0 });
  const log = readFileSync(join(out, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  expect(log.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual([1, 2, 3]);
  expect(Object.keys(JSON.parse(log[0]!) as object)).toEqual(
    expect.arrayContaining(['step', 'loss', 'gradNorm', 'learningRate', 'tokens', 'ms']),
  );

  const checkpoint = join(out, 'checkpoints', 'small-cl');
  expect(readdirSync(checkpoint)).toEqual(
    expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
  );
  const reranked = headless('rerank', '--checkpoint', checkpoint, ...data, ...run, '--depth', '1', '--out', file('re'));
  expect(reranked).toMatchObject({ status: 0 });
  expect(
    readFileSync(join(file('re'), 'run.trec'), 'utf8')
      .trimEnd()
      .split('\n'),
  ).toHaveLength(2);

  const wrong = headless('train', '--recipe', file('recipe.yaml'), ...data, '--set', 'training.maxStep=3');
  expect(wrong.stderr).toMatch(/error: .*training\.maxStep: unknown key; did you mean maxSteps/);
});

test('run measures, and the recipe of its report gives the same numbers', () => {
  const out = file('run');
  writeFileSync(
    file('whole.yaml'),
    `name: whole
model: { base: ${TINY_MODEL}, maxLength: 48, head: new }
objective: CL
data: { collection: corpus.tsv, queries: queries.tsv, qrels: qrels.txt, run: { bm25: { depth: 4 } } }
sampling: { trainSampleSize: 2, trainSampleDepth: 4 }
training: { learningRate: 1.0e-3, queriesPerBatch: 2, accumulate: 1, maxSteps: 2, validateEvery: 0, checkpointEvery: 0 }
evaluation:
  measures: [nDCG@10, AP]
  testSets: [{ name: moon, collection: corpus.tsv, queries: queries.tsv, qrels: qrels.txt, run: { bm25: { depth: 4 } } }]
`,
  );
  const first = headless('run', '--recipe', file('whole.yaml'), '--backend', 'wasm', '--out', out, '--json');
  expect(first).toMatchObject({ status: 0 });
  const again = headless('run', '--recipe', join(out, 'report.json'), '--backend', 'wasm', '--out', file('again'));
  expect(again).toMatchObject({ status: 0 });
  expect(again.stderr).toContain('data and models are those of the report whole');
  expect(again.stdout).toContain('All means are the same, to the last digit.');
  const [a, b] = [out, file('again')].map((folder) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')));
  expect(b.testSets[0].systems.map(({ mean }: { mean: object }) => mean)).toEqual(
    a.testSets[0].systems.map(({ mean }: { mean: object }) => mean),
  );
  expect(b.data.map(({ checksum }: { checksum: string }) => checksum)).toEqual(
    a.data.map(({ checksum }: { checksum: string }) => checksum),
  );
});

test('run tells all that is missing at once, and begins nothing', () => {
  const { status, stderr } = headless(
    'run',
    '--recipe',
    'configs/experiments/bert-kd.yaml',
    '--check',
    '--data',
    file('no'),
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/missing: collection msmarco-passage: .*collection\.tsv/);
  expect(stderr).toMatch(/curl .*quora\.zip.*15,853,968 bytes, md5 18fb154900ba42a600f84b839c173167/);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^error: bert-kd: \d+ public files are missing; .*nothing was begun$/,
  );
});

test('a bad flag, a missing file and a file of another kind are one line on stderr', () => {
  const oneLine = (result: ReturnType<typeof headless>) => {
    expect(result.status).toBe(1);
    return result.stderr.trimEnd().split('\n').at(-1);
  };
  expect(oneLine(headless('bm52'))).toMatch(/^error: unknown verb bm52: expected one of /);
  expect(oneLine(headless('bm25', '--collection', 'nowhere.tsv', '--queries', file('queries.tsv')))).toBe(
    'error: nowhere.tsv: no such file',
  );
  expect(oneLine(headless('evaluate', '--qrels', file('corpus.tsv'), '--run', file('corpus.tsv')))).toMatch(
    /^error: corpus\.tsv: expected judgements \(qrels\), found a collection/,
  );
});
