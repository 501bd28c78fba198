/** What makes a term of a token, as Lucene's filters of the same name. The last one is the stemmer (porter-stemmer.ts). */

/** EnglishPossessiveFilter: takes a trailing `'s` off, with any of three apostrophes, in either case. */
export function withoutPossessive(token: string): string {
  return /['\u2019\uff07][sS]$/.test(token) ? token.slice(0, -2) : token;
}

/**
 * LowerCaseFilter: each code point by itself, as Java's Character.toLowerCase. JavaScript's toLowerCase looks around a
 * capital sigma, and makes two code points of a dotted capital I.
 */
export function lowerCase(token: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(token)) return token.toLowerCase();
  let lower = '';
  for (const character of token) lower += character === '\u0130' ? 'i' : character.toLowerCase();
  return lower;
}
