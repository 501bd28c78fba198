import { describe, expect, it } from 'vitest';
import { grid, readAxes, shortNames, sweepTable, type SweptExperiment } from '../../headless/verbs/sweep.ts';
import type { ExperimentReport } from '../../src/experiments/report';

describe('--sweep', () => {
  it('is a key with values; commas in brackets and quotes are not between values', () => {
    expect(readAxes(['training.learningRate=6e-12,1e-8, 1e-5'])).toEqual([
      ['training.learningRate', ['6e-12', '1e-8', '1e-5']],
    ]);
    expect(readAxes(['model.lora.targets=[query, value],[query]'])[0]![1]).toEqual(['[query, value]', '[query]']);
    expect(readAxes(['name="a,b",c'])[0]![1]).toEqual(['"a,b"', 'c']);
    for (const wrong of ['x', 'x=', '=1']) expect(() => readAxes([wrong])).toThrow('expected KEY=a,b,c');
    expect(() => readAxes(['a=1', 'a=2'])).toThrow('--sweep a: given twice');
    expect(() => readAxes([`a=${'1,'.repeat(65)}`])).toThrow('at most 64 experiments, found 65');
  });

  it('of several keys is a grid, the last key changing fastest', () => {
    expect(grid(readAxes(['a=1,2', 'b=x,y'])).map(({ a, b }) => `${a}${b}`)).toEqual(['1x', '1y', '2x', '2y']);
    expect(grid([])).toEqual([{}]);
  });

  it('calls keys by their last part where that tells them apart', () => {
    expect(Object.values(shortNames(['training.seed', 'model.dropout']))).toEqual(['seed', 'dropout']);
    const twice = ['stages.0.training.seed', 'stages.1.training.seed'];
    expect(Object.values(shortNames(twice))).toEqual(twice);
  });

  it('ends with a table: each value with its measure, the best named, a failure told', () => {
    const report = (value: number) => {
      const first = { system: 'BM25', mean: { AP: 0.1 }, p: { AP: null } };
      const last = { system: 'CL', mean: { AP: value }, p: { AP: 0.03 }, confidence: { AP: 0.05 } };
      return { testSets: [{ name: 'zoo', systems: [first, last] }] } as unknown as ExperimentReport;
    };
    const one = (rate: string, value?: number): SweptExperiment => ({
      values: { 'training.learningRate': rate },
      ...{ experiment: 'id', name: 'n', folder: 'f', kept: false },
      measures: value === undefined ? ({} as SweptExperiment['measures']) : { zoo: { AP: value } },
      ...(value === undefined ? { error: 'the loss is NaN' } : {}),
    });
    const experiments = [one('1e-5', 0.2), one('1e-4', 0.3), one('1')];
    const best = { values: experiments[1]!.values, testSet: 'zoo', measure: 'AP', value: 0.3 };
    const names = shortNames(['training.learningRate']);
    expect(sweepTable({ experiments, best }, [report(0.2), report(0.3), undefined], names).split('\n')).toEqual([
      '| learningRate | zoo AP | p |',
      '| --- | ---: | ---: |',
      '| 1e-5 | 0.2000 ± 0.0500 | 0.0300 |',
      '| 1e-4 | 0.3000 ± 0.0500 | 0.0300 |',
      '| 1 | the loss is NaN |  |',
      '',
      'Best by AP on zoo: training.learningRate=1e-4 (0.3000).',
      expect.stringContaining('chosen on a test set'),
    ]);
  });
});
