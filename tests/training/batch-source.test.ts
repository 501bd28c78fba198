import { describe, expect, it } from 'vitest';
import { explicitBatches, parseBatches } from '../../src/training/batch-source';
import { createStepPlan } from '../../src/training/step-plan';

const list = (query: string) => ({ query, docs: ['a', 'b'], labels: [1, 0] });

describe('createStepPlan', () => {
  const source = explicitBatches(['p', 'q', 'r', 's', 't'].map((query) => [list(query)]));
  const queries = (plan: ReturnType<typeof createStepPlan>) =>
    Array.from({ length: plan.totalSteps }, (_, step) =>
      plan
        .batches(step)
        .map((batch) => batch[0]!.query)
        .join(''),
    );

  it('lays steps over epochs, none across the end of one', () => {
    const plan = createStepPlan(source, { accumulate: 2, maxSteps: 0, maxEpochs: 2 });
    expect(queries(plan)).toEqual(['pq', 'rs', 't', 'pq', 'rs', 't']);
  });

  it('ends at whichever bound comes first', () => {
    expect(queries(createStepPlan(source, { accumulate: 1, maxSteps: 7, maxEpochs: 3 }))).toHaveLength(7);
    expect(queries(createStepPlan(source, { accumulate: 5, maxSteps: 7, maxEpochs: 3 }))).toHaveLength(3);
  });
});

describe('parseBatches', () => {
  it('takes what a batches file has', () => {
    const json = [[list('q'), list('r')], [list('s')]];
    expect(parseBatches(JSON.parse(JSON.stringify(json)), 'batches.json')).toEqual(json);
  });

  it.each([
    [{}, /batches\.json: the file: expected a list of batches, found \{\}/],
    [[[]], /batch 0: expected a list of lists/],
    [[[list('q'), { ...list('r'), query: 7 }]], /batch 0, list 1, query: expected an id, found 7/],
    [[[{ ...list('q'), docs: [1, 2] }]], /batch 0, list 0, docs: expected ids, found 1/],
    [[[{ ...list('q'), labels: [1] }]], /batch 0, list 0, labels: expected 2 numbers, found \[1\]/],
    [[[{ ...list('q'), labels: [1, null] }]], /labels: expected numbers, found null/],
    [[[null]], /batch 0, list 0, query: expected an id, found undefined/],
  ])('names the place of %j', (json, message) => {
    expect(() => parseBatches(json, 'batches.json')).toThrow(message);
  });
});
