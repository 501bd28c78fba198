/**
 * The Porter stemmer (M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980), with its author's two later
 * departures (`bli`, `logi`) and words of one or two letters left alone: Lucene's PorterStemmer, whose steps 3 to 6 are
 * the paper's 2 to 5.
 *
 * Written here because the npm packages `stemmer` and `porter-stemmer` differ from it: on `ies`, `sses` and `eed`, and
 * after a double y (52 of 1.3 million made-up words).
 */

/** Step 3: double suffixes become single ones where the stem has a measure above 0. The first that fits is taken. */
const DOUBLE_SUFFIXES = rules(
  'ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize ation>ate ' +
    'ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble logi>log',
);
/** Step 4: likewise. */
const SINGLE_SUFFIXES = rules('icate>ic ative> alize>al iciti>ic ical>ic ful> ness>');
/** Step 5: these go where the stem has a measure above 1. */
const LAST_SUFFIXES = 'al ance ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive ize'.split(' ');

function rules(text: string): [suffix: string, replacement: string][] {
  return text.split(' ').map((rule) => rule.split('>') as [string, string]);
}

/** The stem of a word in lower case. Whatever is not a vowel counts as a consonant: digits, other alphabets, apostrophes. */
export function porterStem(word: string): string {
  if (word.length <= 2) return word;
  return withoutFinalE(withoutLastSuffix(replaced(replaced(yToI(inflected(word)), DOUBLE_SUFFIXES), SINGLE_SUFFIXES)));
}

/** Step 1: plurals, -ed and -ing. */
function inflected(word: string): string {
  if (word.endsWith('sses')) word = word.slice(0, -2);
  else if (word.endsWith('ies')) word = word.slice(0, -2);
  else if (/[^s]s$/.test(word)) word = word.slice(0, -1);

  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const stem = word.replace(/(ed|ing)$/, '');
  if (stem === word || !/v/.test(shape(stem))) return word;
  if (/(at|bl|iz)$/.test(stem)) return stem + 'e';
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? stem + 'e' : stem;
}

/** Step 2: a final y after a vowel. */
function yToI(word: string): string {
  return word.endsWith('y') && shape(word.slice(0, -1)).includes('v') ? word.slice(0, -1) + 'i' : word;
}

/** Steps 3 and 4. */
function replaced(word: string, suffixes: [suffix: string, replacement: string][]): string {
  const rule = suffixes.find(([suffix]) => word.endsWith(suffix));
  if (!rule) return word;
  const stem = word.slice(0, -rule[0].length);
  return measure(stem) > 0 ? stem + rule[1] : word;
}

/** Step 5: -ant, -ence and the like; of -sion and -tion the first letter stays. */
function withoutLastSuffix(word: string): string {
  const suffix = LAST_SUFFIXES.find((each) => word.endsWith(each));
  if (!suffix) return word;
  const stem = word.slice(0, -(suffix.endsWith('ion') ? 3 : suffix.length));
  return measure(stem) > 1 ? stem : word;
}

/** Step 6: a final e, and the second of a final double l. */
function withoutFinalE(word: string): string {
  const size = measure(word);
  if (word.endsWith('e') && (size > 1 || (size === 1 && !endsShort(word.slice(0, -1))))) word = word.slice(0, -1);
  return word.endsWith('ll') && size > 1 ? word.slice(0, -1) : word;
}

/** Each letter as `c` or `v`: y is a vowel after a consonant. */
function shape(word: string): string {
  let letters = '';
  let vowel = true;
  for (let i = 0; i < word.length; i++) {
    const letter = word[i]!;
    vowel = letter === 'y' ? i > 0 && !vowel : 'aeiou'.includes(letter);
    letters += vowel ? 'v' : 'c';
  }
  return letters;
}

/** How often a consonant follows a vowel: m in the paper's [C](VC){m}[V]. */
function measure(word: string): number {
  return shape(word).split('vc').length - 1;
}

function endsInDoubleConsonant(word: string): boolean {
  return word.length > 1 && word.at(-1) === word.at(-2) && shape(word).endsWith('c');
}

/** Consonant, vowel, consonant other than w, x and y: `hop`, but not `snow`, `box` or `tray`. */
function endsShort(word: string): boolean {
  return /cvc$/.test(shape(word)) && !/[wxy]$/.test(word);
}
