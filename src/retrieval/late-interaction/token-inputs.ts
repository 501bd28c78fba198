/**
 * How late interaction makes its inputs: ColBERT's way for its checkpoints, and the plain one for an encoder that stands in for one.
 *
 *   ColBERT query     [CLS] [Q] what is bm25 [SEP] [MASK] [MASK] …     32 tokens; the masks ask, but are not asked
 *   ColBERT document  [CLS] [D] a ranking function … [SEP]             at most 300; punctuation has no vector
 *   stand-in          [CLS] what is bm25 [SEP]                         without markers and masks; the same lengths
 *
 * After colbert-ai 0.2.22: QueryTokenizer.tensorize, DocTokenizer.tensorize, ColBERT.mask (Khattab and Zaharia, 2020, 3.2).
 */
import type { EncodedPair } from '../../text/pair-encoder';
import type { SpecialToken, Tokenizer } from '../../text/tokenizer';

/** A text as the encoder takes it. */
export interface TokenInput extends EncodedPair {
  /** How many tokens, from the first, the others attend to. */
  asked: number;
  /** 0 where a token is left without a vector; undefined where all have one. */
  kept?: Uint8Array;
}

export interface TokenInputs {
  query(text: string): TokenInput;
  document(text: string): TokenInput;
}

export const QUERY_LENGTH = 32;
export const DOCUMENT_LENGTH = 300;

/** Python's string.punctuation. */
const PUNCTUATION = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];

export interface TokenInputOptions {
  /** Markers and masks, as ColBERT; false for a stand-in. */
  isColbert: boolean;
  /** The model's positions: longer inputs are cut. */
  maxPositions: number;
}

/** @throws Error naming the token that a ColBERT's vocabulary lacks. */
export function tokenInputs(tokenizer: Tokenizer, { isColbert, maxPositions }: TokenInputOptions): TokenInputs {
  const { before, after } = tokenizer.frame;
  const marker = (token: string): SpecialToken[] => (isColbert ? [{ id: needed(tokenizer, token), type: 0 }] : []);
  const [ofQuery, ofDocument] = [marker('[unused0]'), marker('[unused1]')];
  const mask = isColbert ? needed(tokenizer, '[MASK]') : undefined;
  const skipped = new Set(PUNCTUATION.map((symbol) => tokenizer.encode(symbol)[0]));
  const queryLength = Math.min(QUERY_LENGTH, maxPositions);
  const documentLength = Math.min(DOCUMENT_LENGTH, maxPositions);

  const framed = (text: string, markers: SpecialToken[], length: number): number[] => {
    const room = Math.max(0, length - before.length - markers.length - after.length);
    const ids = tokenizer.encode(text).subarray(0, room);
    return [...before.map(({ id }) => id), ...markers.map(({ id }) => id), ...ids, ...after.map(({ id }) => id)];
  };
  const input = (ids: number[]): TokenInput => ({
    ids: Int32Array.from(ids),
    types: new Int32Array(ids.length),
    asked: ids.length,
  });

  return {
    query(text) {
      const ids = framed(text, ofQuery, queryLength);
      if (mask === undefined) return input(ids);
      const filled = [...ids, ...new Array<number>(queryLength - ids.length).fill(mask)];
      return { ...input(filled), asked: ids.length };
    },
    document(text) {
      const made = input(framed(text, ofDocument, documentLength));
      return { ...made, kept: Uint8Array.from(made.ids, (id) => (skipped.has(id) ? 0 : 1)) };
    },
  };
}

function needed(tokenizer: Tokenizer, token: string): number {
  const id = tokenizer.id(token);
  if (id !== undefined) return id;
  throw new Error(`tokenizer.json: expected ${token} in the vocabulary of a ColBERT checkpoint, found no such token`);
}
