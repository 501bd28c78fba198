import { describe, expect, it } from 'vitest';
import { resolveStart } from '../../src/recipes/resolve-start';
import type { Checkpoint } from '../../src/storage/entries';

const checkpoint = (id: string, createdAt: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  id,
  name: id,
  family: 'bert',
  objective: 'CL',
  finished: true,
  parameters: 1,
  bytes: 4,
  createdAt,
  state: 'ready',
  input: { maxLength: 256, tokenTypes: true, truncation: 'longest_first' },
  files: {},
  ...more,
});
const stage = { name: 'second', objective: 'KD' } as const;

describe('from: auto', () => {
  it('is the newest finished checkpoint of the other objective and the same family', () => {
    const stored = [
      checkpoint('old', 1),
      checkpoint('newest', 5),
      checkpoint('middle', 3),
      checkpoint('not finished', 9, { finished: false }),
      checkpoint('same objective', 9, { objective: 'KD' }),
      checkpoint('other family', 9, { family: 'electra' }),
      checkpoint('imported', 9, { objective: undefined }),
      checkpoint('deleted', 9, { state: 'deleted' }),
    ];
    expect(resolveStart(stage, stored, 'bert').id).toBe('newest');
    expect(resolveStart({ name: 'x', objective: 'CL' }, stored, 'bert').id).toBe('same objective');
  });

  it('says what there is when there is none', () => {
    const stored = [checkpoint('a', 1, { family: 'roberta' }), checkpoint('b', 2, { objective: undefined })];
    expect(() => resolveStart(stage, stored, 'bert')).toThrow(
      'stage second: from: auto: expected a finished CL checkpoint of the bert family, found a (roberta, CL), b (bert); ' +
        'train CL first, or name a checkpoint',
    );
    expect(() => resolveStart(stage, [], 'bert')).toThrow('found none');
  });
});
