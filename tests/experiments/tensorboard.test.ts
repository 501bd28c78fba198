import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../src/experiments/events';
import { tensorBoardFiles } from '../../src/experiments/tensorboard';
import { tensorBoardFile } from '../../src/formats/tensorboard-events';

const step = (stage: string, number: number, loss: number, at?: number): LoggedEvent => ({
  type: 'step',
  stage,
  of: 9,
  etaMs: 0,
  step: number,
  loss,
  gradNorm: 2,
  learningRate: 1e-5,
  tokens: 100,
  ms: 500,
  ...(at === undefined ? {} : { at }),
});
const scalars = (loss: number) => ({
  'train/loss': loss,
  'train/gradNorm': 2,
  'train/learningRate': 1e-5,
  'train/tokensPerSecond': 200,
});
const START = 1_700_000_000_400;

describe('tensorBoardFiles', () => {
  it('has a run a stage, validations among its steps, the last of what was done twice', () => {
    const log: LoggedEvent[] = [
      { type: 'note', message: 'x' },
      step('CL', 1, 0.5, START + 1000),
      step('CL', 2, 9, START + 2000),
      step('CL', 2, 0.25, START + 9000),
      {
        type: 'validation',
        stage: 'CL',
        step: 2,
        loss: 0.75,
        measures: { 'nDCG@10': 0.5 },
        best: true,
        at: START + 9500,
      },
      step('CL→KD', 1, 3, START + 10_000),
    ];
    const files = tensorBoardFiles(log, START);
    expect(files.map(({ path }) => path)).toEqual([
      'CL/events.out.tfevents.1700000000.rerank-studio',
      'CL-KD/events.out.tfevents.1700000000.rerank-studio',
    ]);
    const seconds = START / 1000;
    expect(files[0]!.bytes).toEqual(
      tensorBoardFile(1_700_000_000, [
        { wallTime: seconds + 1, step: 1, scalars: scalars(0.5) },
        { wallTime: seconds + 9, step: 2, scalars: scalars(0.25) },
        { wallTime: seconds + 9.5, step: 2, scalars: { 'validation/loss': 0.75, 'validation/nDCG@10': 0.5 } },
      ]),
    );
    expect(files[1]!.bytes).toEqual(
      tensorBoardFile(1_700_000_000, [{ wallTime: seconds + 10, step: 1, scalars: scalars(3) }]),
    );
  });

  it('adds up the times of steps where the log does not say when they were', () => {
    const [file] = tensorBoardFiles([step('CL', 1, 1), step('CL', 2, 2)], START);
    const seconds = START / 1000;
    expect(file!.bytes).toEqual(
      tensorBoardFile(1_700_000_000, [
        { wallTime: (START + 500) / 1000, step: 1, scalars: scalars(1) },
        { wallTime: seconds + 1, step: 2, scalars: scalars(2) },
      ]),
    );
  });

  it('is nothing where nothing was learnt', () => {
    expect(tensorBoardFiles([{ type: 'note', message: 'x' }], START)).toEqual([]);
  });
});
