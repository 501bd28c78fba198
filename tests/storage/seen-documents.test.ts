import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenDocuments } from '../../src/storage/seen-documents';

/** Takes pairs as an import does: what is new is stored, and now and then what was seen is forgotten. */
async function take(pairs: [string, string][], keptPairs: number, forgetAfter: Set<number>, storedBefore = new Map()) {
  const stored = new Map<string, string[]>(storedBefore);
  let reads = 0;
  const seen = new SeenDocuments(async (query) => {
    reads++;
    return stored.get(query) ?? [];
  }, keptPairs);
  const doubles: number[] = [];
  for (const [i, [query, document]] of pairs.entries()) {
    const documents = await seen.of(query);
    if (documents.has(document)) doubles.push(i);
    else {
      documents.add(document);
      const list = stored.get(query) ?? [];
      // A resumed import stores again only what is not stored yet.
      if (!list.includes(document)) stored.set(query, [...list, document]);
    }
    if (forgetAfter.has(i)) seen.forget();
  }
  return { doubles, reads, stored };
}

const pairs = fc.array(fc.tuple(fc.constantFrom('q1', 'q2', 'q3'), fc.constantFrom('a', 'b', 'c', 'd')), {
  maxLength: 40,
});

describe('documents seen before', () => {
  it('are known, however much was forgotten meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(6), fc.array(fc.nat(40)), async (pairs, kept, forget) => {
        const truth = pairs.flatMap(([q, d], i) => (pairs.findIndex(([r, e]) => r === q && e === d) < i ? [i] : []));
        const first = await take(pairs, kept, new Set(forget));
        expect(first.doubles).toEqual(truth);
        // An import that is gone on with finds all of it stored, and must not take that for doubles.
        const again = await take(pairs, kept, new Set(forget), first.stored);
        expect(again.doubles).toEqual(truth);
      }),
    );
  });

  it('of a file that stands query by query are never read again', async () => {
    const lines = ['q1', 'q2', 'q3'].flatMap((q) => ['a', 'b', 'c'].map((d): [string, string] => [q, d]));
    expect((await take(lines, 1, new Set(lines.keys()))).reads).toBe(0);
  });
});
