import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Automaton,
  CLASSES,
  type Pattern,
  START,
  compile,
  either,
  one,
  oneOrMore,
  optional,
  repeat,
  sequence,
} from '../../../src/text/lucene/automaton';

/** Runs over the whole input: the rule that matches all of it, or 0. */
function matches({ next, accepts }: Automaton, input: number[]): number {
  return accepts[input.reduce((state, symbol) => next[state * CLASSES + symbol]!, START)]!;
}

/** The same pattern for JavaScript's own engine: class 0 is `a`, class 1 is `b` … */
function asRegExp(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'one':
      return `[${[0, 1, 2]
        .filter((symbol) => (pattern.classes >>> symbol) & 1)
        .map((symbol) => 'abc'[symbol])
        .join('')}]`;
    case 'sequence':
      return `(?:${pattern.parts.map(asRegExp).join('')})`;
    case 'either':
      return `(?:${pattern.parts.map(asRegExp).join('|')})`;
    case 'repeat':
      return `(?:${asRegExp(pattern.part)})*`;
  }
}

const { pattern: patterns } = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.uniqueArray(fc.nat(2), { minLength: 1 }).map((classes) => one(...classes)),
    fc.array(tie('pattern'), { maxLength: 3 }).map((parts) => sequence(...parts)),
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((parts) => either(...parts)),
    tie('pattern').map((part) => repeat(part)),
    tie('pattern').map(oneOrMore),
    tie('pattern').map(optional),
  ),
}));

describe('compile', () => {
  it('matches what a regular expression matches', () => {
    fc.assert(
      fc.property(patterns, fc.array(fc.array(fc.nat(2), { maxLength: 7 }), { minLength: 5 }), (pattern, inputs) => {
        const automaton = compile([pattern]);
        const regExp = new RegExp(`^${asRegExp(pattern)}$`);
        for (const input of inputs) {
          const text = input.map((symbol) => 'abc'[symbol]).join('');
          // Scanners have no empty matches, so the start state's own acceptance is not asked for.
          if (text !== '') expect([text, matches(automaton, input)]).toEqual([text, regExp.test(text) ? 1 : 0]);
        }
      }),
    );
  });

  it('lets the first rule win among equally long matches', () => {
    const automaton = compile([oneOrMore(one(0)), oneOrMore(one(0, 1))]);
    expect(matches(automaton, [0, 0])).toBe(1);
    expect(matches(automaton, [0, 1])).toBe(2);
    expect(matches(automaton, [2])).toBe(0);
  });

  it('makes the smallest automaton', () => {
    // Dead, start, an odd and an even number of a.
    expect(compile([either(sequence(repeat(one(0), one(0))), repeat(one(0), one(0)))]).accepts).toHaveLength(4);
  });
});
