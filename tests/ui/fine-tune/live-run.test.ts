import { describe, expect, test } from 'vitest';
import type { ExperimentEvent } from '../../../src/experiments/events';
import { curves, smoothed } from '../../../src/ui/fine-tune/curves';
import { newLiveRun, replayed, takeIn } from '../../../src/ui/fine-tune/live-run';

const stage = (name: string, index: number, done = 0): ExperimentEvent => ({
  type: 'stage',
  stage: name,
  index,
  stages: 2,
  steps: 4,
  done,
  queries: 9,
  dropped: 1,
});
const step = (name: string, at: number, loss = at): ExperimentEvent => ({
  type: 'step',
  stage: name,
  step: at,
  of: 4,
  etaMs: 1000,
  loss,
  gradNorm: 1,
  learningRate: 1e-5,
  tokens: 500,
  ms: 250,
});
const started: ExperimentEvent = { type: 'started', experiment: 'e1', name: 'two stages' };

describe('the view of an experiment', () => {
  test('stage 2 goes on where stage 1 ended', () => {
    const run = replayed('x', [
      started,
      stage('CL', 0),
      ...[1, 2, 3, 4].map((n) => step('CL', n)),
      stage('CL→KD', 1),
      step('CL→KD', 1),
    ]);
    expect(run).toMatchObject({ id: 'e1', name: 'two stages', state: 'running', stagesPlanned: 2, etaMs: 1000 });
    expect(run.stages.map(({ name, offset, done }) => [name, offset, done])).toEqual([
      ['CL', 0, 4],
      ['CL→KD', 4, 1],
    ]);
    const { x, series, marks } = curves(run, 'loss');
    expect(x).toEqual([1, 2, 3, 4, 5]);
    expect(series.map((one) => one.values)).toEqual([
      [1, 2, 3, 4, null],
      [null, null, null, null, 1],
    ]);
    expect(marks).toEqual([{ x: 4, label: 'CL→KD' }]);
    expect(run.stages[0]!.tokensPerSecond[0]).toBe(2000);
  });

  test('steps that are done again after a break replace those that were drawn', () => {
    const run = replayed('x', [started, stage('CL', 0), step('CL', 1), step('CL', 2, 20), step('CL', 3, 30)]);
    takeIn(run, stage('CL', 0, 1));
    expect(run.stages[0]).toMatchObject({ done: 1, step: [1] });
    takeIn(run, step('CL', 2, 2));
    expect(run.stages).toHaveLength(1);
    expect(run.stages[0]).toMatchObject({ step: [1, 2], loss: [1, 2], done: 2 });
  });

  test('paused, resumed, cancelled, finished', () => {
    const run = newLiveRun('x');
    const states = (
      [
        started,
        { type: 'paused', stage: 'CL', step: 1 },
        { type: 'resumed', stage: 'CL', step: 1 },
        { type: 'cancelled', stage: 'CL', step: 1 },
        { type: 'done', experiment: 'e1' },
      ] as ExperimentEvent[]
    ).map((event) => (takeIn(run, event), run.state));
    expect(states).toEqual(['running', 'paused', 'running', 'cancelled', 'finished']);
  });

  test('a result that is told again is there once; progress ends with the next event', () => {
    const run = newLiveRun('x');
    const measures = (value: number): ExperimentEvent => ({
      type: 'measures',
      testSet: 't',
      system: 'BM25',
      run: 'r',
      measures: { AP: value },
      p: { AP: null },
    });
    takeIn(run, { type: 'progress', what: 'indexing', done: 1, total: 2 });
    expect(run.progress?.what).toBe('indexing');
    takeIn(run, measures(0.1));
    takeIn(run, measures(0.2));
    expect(run.progress).toBeUndefined();
    expect(run.results.map((row) => row.measures['AP'])).toEqual([0.2]);
  });
});

test('long curves are averaged, not cut', () => {
  const run = newLiveRun('x');
  takeIn(run, stage('CL', 0));
  for (let n = 1; n <= 6000; n++) takeIn(run, step('CL', n, n));
  const { x, series } = curves(run, 'loss', true);
  expect(x.length).toBeLessThanOrEqual(1500);
  expect(x.at(-1)).toBeGreaterThan(5990);
  expect(series).toHaveLength(2);
});

test('the moving average starts at the first value, and a constant stays itself', () => {
  for (const value of smoothed([3, 3, 3, 3])) expect(value).toBeCloseTo(3, 12);
  expect(smoothed([1, 2])[0]).toBeCloseTo(1, 12);
});
