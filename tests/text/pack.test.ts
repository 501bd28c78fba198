import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBatch, roundedLength } from '../../src/text/pack';

const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 120 });
const inputsOf = (sizes: number[]) =>
  sizes.map((size, i) => ({ ids: new Int32Array(size).fill(i + 1), types: new Int32Array(size).fill(i % 2) }));

describe('roundedLength', () => {
  it('adds at most a sixteenth, in few distinct lengths', () => {
    const distinct = new Set<number>();
    const wrong: number[] = [];
    for (let tokens = 1; tokens <= 65_536; tokens++) {
      const length = roundedLength(tokens);
      const added = length - tokens;
      const isBounded = added === 0 || (added > 0 && added < tokens / 16 && added < 256);
      if (!isBounded || roundedLength(length) !== length) wrong.push(tokens);
      if (tokens > 1024 && tokens <= 2048) distinct.add(length);
    }
    expect(wrong).toEqual([]);
    expect(distinct.size).toBe(16);
  });
});

describe('packBatch', () => {
  it('keeps every token in its place', () => {
    fc.assert(
      fc.property(lengths, (sizes) => {
        const inputs = inputsOf(sizes);
        const batch = packBatch(inputs);
        expect(batch.sequences).toBe(sizes.length);
        expect(batch.tokens).toBe(sizes.reduce((a, b) => a + b));
        expect(batch.ids.length).toBe(roundedLength(batch.tokens));
        expect(batch.offsets.length).toBe(sizes.length + (batch.ids.length > batch.tokens ? 2 : 1));
        expect(batch.offsets.at(-1)).toBe(batch.ids.length);
        inputs.forEach((input, i) => {
          const [from, to] = [batch.offsets[i]!, batch.offsets[i]! + sizes[i]!];
          if (i + 1 < sizes.length || batch.ids.length === batch.tokens) expect(batch.offsets[i + 1]).toBe(to);
          expect(batch.ids.slice(from, to)).toEqual(input.ids);
          expect(batch.types.slice(from, to)).toEqual(input.types);
          expect([...batch.positions.slice(from, to)]).toEqual(input.ids.reduce<number[]>((a) => [...a, a.length], []));
        });
        expect(batch.ids.slice(batch.tokens).every((id) => id === 0)).toBe(true);
        expect(Math.max(...batch.positions)).toBeLessThan(Math.max(...sizes));
      }),
      { numRuns: 50 },
    );
  });

  it('packs nothing into an error', () => {
    expect(() => packBatch([])).toThrow(/at least one/);
    expect(() => packBatch([...inputsOf([3]), { ids: new Int32Array(0), types: new Int32Array(0) }])).toThrow(
      /input 1 of 2 has no tokens/,
    );
  });
});
