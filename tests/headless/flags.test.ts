import { describe, expect, it } from 'vitest';
import { countFlag, describeFlags, readFlags, type Flag } from '../../headless/flags.ts';

const TABLE: Record<string, Flag> = {
  rate: { short: 'l', value: 'X', help: 'how fast' },
  set: { value: 'a=b', help: 'more', repeated: true },
  quiet: { help: 'say nothing' },
};

describe('flags', () => {
  it('are read by name, with = or without, and by letter', () => {
    expect(readFlags(TABLE, ['--rate', '1', '--quiet'])).toEqual({ rate: '1', quiet: true });
    expect(readFlags(TABLE, ['--rate=1=2'])).toEqual({ rate: '1=2' });
    expect(readFlags(TABLE, ['-l', '1e-5', '--set', 'a=1', '--set', 'b=2'])).toEqual({
      rate: '1e-5',
      set: ['a=1', 'b=2'],
    });
  });

  it('that are unknown, lack a value or come twice are errors', () => {
    expect(() => readFlags(TABLE, ['-g', '2'])).toThrow('unknown flag -g; this verb has -l/--rate --set --quiet');
    expect(() => readFlags(TABLE, ['rate'])).toThrow('unknown flag rate');
    expect(() => readFlags(TABLE, ['-l'])).toThrow('--rate needs a value: --rate X');
    expect(() => readFlags(TABLE, ['-l', '1', '--rate', '2'])).toThrow('--rate is given twice');
  });

  it('are described with their letters', () => {
    expect(describeFlags(TABLE)).toMatch(/^ {2}-l, --rate X +how fast$/m);
  });

  it('that count are whole numbers from 1', () => {
    expect(countFlag({ n: '20' }, 'n')).toBe(20);
    expect(countFlag({}, 'n')).toBeUndefined();
    for (const wrong of ['0', '1.5', '-1', 'x', ''])
      expect(() => countFlag({ n: wrong }, 'n')).toThrow('--n: expected a whole');
  });
});
