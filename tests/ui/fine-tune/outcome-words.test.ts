import { describe, expect, it } from 'vitest';
import type { Qrels, Run } from '../../../src/formats/records';
import { SAMPLING_DEFAULTS } from '../../../src/recipes/defaults';
import type { SamplingOptions } from '../../../src/recipes/recipe';
import { createSampler } from '../../../src/training/sampler';
import { listInWords, outcomeInWords } from '../../../src/ui/fine-tune/sampling/outcome-words';

const run: Run = new Map([['q', [...'abcdef'].map((document, i) => ({ document, rank: i + 1, score: -i }))]]);
const qrels: Qrels = new Map([['q', new Map(Object.entries({ b: 1, c: 1, d: -3, x: 1 }))]]);
const o: SamplingOptions = { ...SAMPLING_DEFAULTS.CL, trainSampleSize: 2, trainSampleDepth: 5, nonRelevant: 'first' };

function explain(change: Partial<SamplingOptions>) {
  const options = { ...o, ...change };
  const explained = createSampler(run, qrels, options, 1).explain(0, 'q');
  const words = explained.documents.map((row) => [row.document, outcomeInWords(row, explained.draws, options)]);
  return Object.fromEntries([['list', listInWords(explained)], ...words]) as Record<string, string>;
}

describe('what became of a document, in words', () => {
  it('names the rule that kept it out, or the draw', () => {
    const cl = explain({ keepNonRetrieved: false, relevant: 'first' });
    expect(cl['list']).toBe(
      '2 passages: the first of 2 relevant ones by rank and the first of 2 non-relevant ones by rank. 2 others are kept out.',
    );
    expect(cl['a']).toBe('drawn as non-relevant, the first of 2');
    expect(cl['b']).toBe('drawn as relevant, the first of 2');
    expect(cl['c']).toBe('left: the first of these 2 is drawn');
    expect(cl['d']).toBe('left: a grade below −1 is neither relevant nor non-relevant');
    expect(cl['f']).toBe('kept out: ranked below 5 (Depth)');
    expect(cl['x']).toBe('kept out: not in the run (Keep non-retrieved)');
  });

  it('says when all are taken, and when there is no room', () => {
    const full = explain({ numRelevantSamples: -1, trainSampleSize: 3 });
    expect(full['list']).toContain('3 passages: all 3 relevant ones and none of 2 non-relevant ones.');
    expect(full['b']).toBe('drawn as relevant, as all are');
    expect(full['a']).toBe('left: the list has no room for it');
    const whole = explain({ relevant: 'full_random', trainSampleSize: 5, removeUnjudged: true });
    expect(whole['list']).toBe('4 passages: all 4 passages. 3 others are kept out.');
    expect(whole['a']).toBe('kept out: nobody judged it (Judged only)');
    expect(whole['x']).toBe('drawn, as all are');
  });
});
