import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DictionaryCursor, DictionaryWriter, TermDictionary } from '../../../src/retrieval/bm25/term-dictionary';

const utf8 = (text: string) => new TextEncoder().encode(text);
/** Many terms with common beginnings, in the order of their bytes, with what is known of each. */
const dictionaries = fc
  .uniqueArray(
    fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), minLength: 1, maxLength: 7 }),
      fc.string({ minLength: 1 }),
    ),
    { maxLength: 120 },
  )
  .map((terms) => terms.sort((a, b) => Buffer.compare(utf8(a), utf8(b))))
  .chain((terms) =>
    fc.tuple(...terms.map((term) => fc.tuple(fc.constant(term), fc.integer({ min: 1, max: 300 }), fc.nat(5000)))),
  );

function written(entries: [term: string, documentFrequency: number, bytes: number][]) {
  const writer = new DictionaryWriter();
  const places = new Map<string, { documentFrequency: number; postings: number; packed: number }>();
  let [postings, packed] = [0, 0];
  for (const [term, documentFrequency, bytes] of entries) {
    places.set(term, { documentFrequency, postings, packed });
    postings += bytes;
    // Only whole blocks of postings are packed.
    if (documentFrequency >= 128) packed += 8 * bytes;
    writer.add(utf8(term), documentFrequency, { postings, packed });
  }
  return { arrays: writer.finish(), places };
}

it('finds every term, and no other', () => {
  fc.assert(
    fc.property(dictionaries, fc.string(), (entries, other) => {
      const { arrays, places } = written(entries);
      const dictionary = new TermDictionary(arrays);
      for (const [term, place] of places) expect(dictionary.find(utf8(term))).toEqual(place);
      for (const term of [other, '', 'a', 'aü', 'zz', '\u{10ffff}'])
        expect(dictionary.find(utf8(term))).toEqual(places.get(term));
    }),
  );
});

it('is walked over in order', () => {
  fc.assert(
    fc.property(dictionaries, (entries) => {
      const { arrays, places } = written(entries);
      const cursor = new DictionaryCursor(arrays);
      for (const [term, place] of places) {
        expect(cursor.next()).toBe(true);
        expect(Buffer.from(cursor.term.slice(0, cursor.length)).toString()).toBe(term);
        const { documentFrequency, postings, packed } = cursor;
        expect({ documentFrequency, postings, packed }).toEqual(place);
      }
      expect(cursor.next()).toBe(false);
    }),
  );
});
