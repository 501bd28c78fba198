import { expect, test } from 'vitest';
import { systemColor } from '../../../src/ui/components/result-rows';
import { verdict } from '../../../src/ui/components/verdict';
import type { SystemResult } from '../../../src/ui/fine-tune/live-run';

const result = (system: string, value: number, p: number | null): SystemResult => ({
  testSet: 'test',
  system,
  run: system,
  measures: { 'nDCG@10': value, AP: 0 },
  p: { 'nDCG@10': p },
});
const before = [result('BM25', 0.5, null), result('before training', 0.2, 0.001)];

test('says what was gained, and from where', () => {
  const said = verdict([...before, result('CL', 0.55, 0.01), result('CL→KD', 0.61, 0.001)]);
  expect(said).toEqual({
    better: true,
    sentence: 'CL→KD reaches nDCG@10 0.610 on test, 0.110 better than BM25; before training it was 0.200.',
  });
});

test('says worse, and says chance', () => {
  expect(verdict([...before, result('CL', 0.48, 0.4)])).toEqual({
    better: false,
    sentence:
      'CL reaches nDCG@10 0.480 on test, 0.020 worse than BM25, which may be chance; before training it was 0.200.',
  });
});

test('says when the model was better before', () => {
  expect(verdict([result('BM25', 0.5, null), result('before training', 0.8, 0.001), result('CL', 0.7, 0.01)])).toEqual({
    better: false,
    sentence:
      'CL reaches nDCG@10 0.700 on test, 0.200 better than BM25; before training it was 0.800, which is better.',
  });
});

test('says nothing while nothing was trained', () => {
  expect(verdict([])).toBeUndefined();
  expect(verdict(before)).toBeUndefined();
});

test('the first stage and the stages of training have the colours of the charts', () => {
  const rows = [...before, result('CL', 0, 0), result('CL→KD', 0, 0)];
  expect(rows.map((row) => systemColor(rows, row))).toEqual([
    '--system-0',
    '--line-strong',
    '--system-1',
    '--system-2',
  ]);
});
