import type { TextRecord } from '../src/formats/records';
import { ENGLISH_STOP_WORDS } from '../src/text/lucene/stop-words';
import { randomStream } from '../src/training/random';

const VOCABULARY = 40_000;
const SUFFIXES = ['', '', '', '', 's', 'ing', 'ed', 'ation', 'al', 'ness', 'ly', 'er'];
const CONSONANTS = 'bcdfghklmnprstvw';
const VOWELS = 'aeiou';

/** Words of a document: from the first number on, below their sum. */
const ABSTRACTS = { from: 140, spread: 120 };
const PASSAGES = { from: 40, spread: 41 };

/**
 * A collection, made up by Zipf's law, the stop words first: 5,000 abstracts of about 200 words, as SciFact has them, or as many
 * passages of about 60 as are wanted; and 300 queries of about 12 words, each drawn from one of the documents. The same every time.
 */
export function syntheticCollection(passages?: number): { collection: TextRecord[]; queries: TextRecord[] } {
  const documents = passages ?? 5000;
  const { from, spread: lengths } = passages === undefined ? ABSTRACTS : PASSAGES;
  const stream = randomStream(42);
  const below = (bound: number) => stream.below(bound);
  const madeUp = () => {
    let word = '';
    for (let syllables = 1 + below(4); syllables > 0; syllables--)
      word += CONSONANTS[below(CONSONANTS.length)]! + VOWELS[below(VOWELS.length)]!;
    return word + CONSONANTS[below(CONSONANTS.length)]! + SUFFIXES[below(SUFFIXES.length)]!;
  };
  const words = [...ENGLISH_STOP_WORDS];
  while (words.length < VOCABULARY) words.push(madeUp());
  // Zipf: rank r has probability ~ 1 / (r + 2), so rank is an exponential of a uniform number.
  const spread = Math.log((VOCABULARY + 2) / 2);
  const draw = () =>
    words[Math.min(VOCABULARY - 1, Math.floor(2 * Math.exp((below(2 ** 30) / 2 ** 30) * spread) - 2))]!;

  const collection: TextRecord[] = [];
  for (let i = 0; i < documents; i++) {
    const sentences: string[] = [];
    for (let left = from + below(lengths); left > 0;) {
      const sentence = Array.from({ length: Math.min(left, 8 + below(24)) }, draw);
      left -= sentence.length;
      if (below(3) === 0) sentence.push(`${below(100)}.${below(10)}%`);
      const text = sentence.join(below(8) === 0 ? ', ' : ' ');
      sentences.push(`${text[0]!.toUpperCase()}${text.slice(1)}.`);
    }
    collection.push({ id: `d${i}`, text: sentences.join(' ') });
  }
  const queries = Array.from({ length: 300 }, (_, i) => {
    const of = collection[below(collection.length)]!.text.split(' ');
    const start = below(Math.max(1, of.length - 12));
    return { id: `q${i}`, text: of.slice(start, start + 8 + below(8)).join(' ') };
  });
  return { collection, queries };
}
