import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { Sha256 } from '../../src/formats/sha256';

it("is Node's, whatever the pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (pieces) => {
      const [ours, theirs] = [new Sha256(), createHash('sha256')];
      for (const piece of pieces) {
        ours.update(piece);
        theirs.update(piece);
      }
      expect(ours.digest()).toBe(theirs.digest('hex'));
    }),
  );
});

it('counts bits beyond 32 of them', () => {
  const [ours, theirs] = [new Sha256(), createHash('sha256')];
  const piece = new Uint8Array(1 << 22).fill(7);
  for (let i = 0; i < 4; i++) {
    ours.update(piece);
    theirs.update(piece);
  }
  expect(ours.digest()).toBe(theirs.digest('hex'));
});
