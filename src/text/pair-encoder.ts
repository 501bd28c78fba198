import type { Tokenizer } from './tokenizer';
import { truncatedLengths, type TruncationStrategy } from './truncation';

/** One model input: the family's special tokens, query and document, truncated. `ids` and `types` are equally long. */
export interface EncodedPair {
  ids: Int32Array;
  types: Int32Array;
}

/** How a checkpoint's input is made. */
export interface PairOptions {
  /** Tokens of a whole input, special ones included. */
  maxLength: number;
  /** False: all types are 0, as the study passes them. */
  tokenTypes: boolean;
  truncation: TruncationStrategy;
}

/** Makes the input of one query and one document. */
export type EncodePair = (query: string, document: string) => EncodedPair;

/** Tokens kept between calls, over all texts: 64 MiB of ids. */
const MAX_CACHED_TOKENS = 16_000_000;

/**
 * Returns an encoder that tokenises each text once and joins the ids of pairs. Only as much of a text as can ever be used is
 * kept (`maxLength` ids), and when the cache is full it starts anew.
 *
 * @throws RangeError when `maxLength` has no room for the special tokens and one token of each text; the encoder throws one when
 *   `only_second` cannot cut enough (see `truncatedLengths`).
 */
export function pairEncoder(tokenizer: Tokenizer, options: PairOptions): EncodePair {
  const { before, between, after } = tokenizer.frame;
  const budget = options.maxLength - before.length - between.length - after.length;
  if (!(budget >= 2)) {
    throw new RangeError(
      `maxLength: expected room for ${options.maxLength - budget} special tokens and two more, found ${options.maxLength}`,
    );
  }
  const cache = new Map<string, { ids: Int32Array; length: number }>();
  let cachedTokens = 0;
  const encode = (text: string) => {
    let entry = cache.get(text);
    if (!entry) {
      const ids = tokenizer.encode(text);
      // Truncation looks at the real length, the input only at the first tokens.
      entry = { ids: ids.length > budget ? ids.slice(0, budget) : ids, length: ids.length };
      if (cachedTokens + entry.ids.length > MAX_CACHED_TOKENS) {
        cache.clear();
        cachedTokens = 0;
      }
      cachedTokens += entry.ids.length;
      cache.set(text, entry);
    }
    return entry;
  };
  return (query, document) => {
    const [a, b] = [encode(query), encode(document)];
    const [lengthA, lengthB] = truncatedLengths(a.length, b.length, budget, options.truncation);
    return joinPair(tokenizer, a.ids.subarray(0, lengthA), b.ids.subarray(0, lengthB), options.tokenTypes);
  };
}

function joinPair({ frame }: Tokenizer, query: Int32Array, document: Int32Array, tokenTypes: boolean): EncodedPair {
  const specials = frame.before.length + frame.between.length + frame.after.length;
  const ids = new Int32Array(specials + query.length + document.length);
  const types = new Int32Array(ids.length);
  let at = 0;
  const put = (tokens: { id: number; type: number }[]) => {
    for (const { id, type } of tokens) {
      ids[at] = id;
      if (tokenTypes) types[at] = type;
      at++;
    }
  };
  const putText = (tokens: Int32Array, type: number) => {
    ids.set(tokens, at);
    if (tokenTypes) types.fill(type, at, at + tokens.length);
    at += tokens.length;
  };
  put(frame.before);
  putText(query, frame.queryType);
  put(frame.between);
  putText(document, frame.documentType);
  put(frame.after);
  return { ids, types };
}
