import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StringsBuilder, indexOfString, stringAt } from '../../../src/retrieval/bm25/strings';

const strings = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 2 })));

it('keeps strings in order, and finds the first that is the same', () => {
  fc.assert(
    fc.property(strings, fc.string(), (texts, other) => {
      const builder = new StringsBuilder();
      texts.forEach((text) => builder.add(text));
      expect(builder.size).toBe(texts.length);
      const arrays = builder.arrays();
      texts.forEach((text, i) => expect(stringAt(arrays, i)).toBe(text));
      for (const text of [...texts, other]) expect(indexOfString(arrays, text)).toBe(texts.indexOf(text));
    }),
  );
});
