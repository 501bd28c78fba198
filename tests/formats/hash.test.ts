import { expect, it } from 'vitest';
import { hash32 } from '../../src/formats/hash';

it('the hash never changes: stored buckets depend on it', () => {
  expect([hash32(''), hash32('a'), hash32('d17'), hash32('ü'), hash32('a', 42)]).toEqual(KNOWN);
});

it('hashes of consecutive ids spread evenly over their upper bits', () => {
  const buckets = new Uint32Array(256);
  for (let i = 0; i < 256 * 1000; i++) buckets[hash32(`s${i}`) >>> 24]!++;
  // Of 256 counts with mean 1000 and deviation 32, none should be 6 deviations off.
  expect(Math.min(...buckets)).toBeGreaterThan(810);
  expect(Math.max(...buckets)).toBeLessThan(1190);
});

const KNOWN = [2872998923, 444641715, 454077389, 134528209, 3961614487];
