import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { bertNormalizerFixes } from './bert-normalizer';
import { withWordCache } from './word-cache';

/**
 * What a model family puts around a pair, as ids and token types:
 *
 *   BERT, ELECTRA  [CLS] query [SEP] document [SEP]      types 0 … 0 | 1 … 1
 *   RoBERTa        <s> query </s></s> document </s>      types 0
 */
export interface PairFrame {
  before: SpecialToken[];
  between: SpecialToken[];
  after: SpecialToken[];
  queryType: number;
  documentType: number;
}

export interface SpecialToken {
  id: number;
  type: number;
}

/** A checkpoint's tokenizer. */
export interface Tokenizer {
  /** Ids of a text without special tokens around it; special tokens written in the text are recognised, as HF does. */
  encode(text: string): Int32Array;
  frame: PairFrame;
  /** The id of a token of the vocabulary as it is written there, `[unused0]`; undefined where it has none. */
  id(token: string): number | undefined;
}

/**
 * Makes a tokenizer from a checkpoint's small files, by name and as text: `tokenizer.json`, and `tokenizer_config.json` where
 * there is one. Nothing is fetched.
 *
 * Uses `@huggingface/tokenizers`, which is the tokenizer inside transformers.js: importing transformers.js itself would put
 * onnxruntime into the worker's bundle (43 kB against over a megabyte of script and 21 MB and more of wasm).
 *
 * @throws Error naming the file when it is missing, is not JSON, or describes a tokenizer without pair input.
 */
export function loadTokenizer(files: Readonly<Record<string, string>>): Tokenizer {
  const definition = readJson(files, 'tokenizer.json');
  const config = 'tokenizer_config.json' in files ? readJson(files, 'tokenizer_config.json') : {};
  let hub: HubTokenizer;
  try {
    hub = new HubTokenizer(definition, config);
  } catch (error) {
    throw new Error(`tokenizer.json: not a tokenizer that can be used here: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const fixed = bertNormalizerFixes(definition);
  const encode = (text: string) => Int32Array.from(hub.encode(fixed(text), { add_special_tokens: false }).ids);
  const id = (token: string) => hub.token_to_id(token);
  return { encode: withWordCache(encode, definition), frame: pairFrame(hub, definition), id };
}

function readJson(files: Readonly<Record<string, string>>, name: string): Record<string, unknown> {
  const text = files[name];
  if (text === undefined) {
    const others = Object.keys(files).join(', ') || 'none';
    throw new Error(
      `${name}: missing from the checkpoint (it has: ${others}). ` +
        `Save the tokenizer again with transformers' fast tokenizer, which writes it`,
    );
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${name}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** Reads the frame off the tokenizer's own post-processor by passing it two markers. */
function pairFrame(hub: HubTokenizer, definition: Record<string, unknown>): PairFrame {
  const [query, document] = ['\u0000query', '\u0000document'];
  if (!hub.post_processor)
    throw new Error('tokenizer.json: post_processor: expected one that joins a pair, found none');
  const { tokens, token_type_ids: types } = hub.post_processor.post_process([query], [document], true);
  const [queryAt, documentAt] = [tokens.indexOf(query), tokens.indexOf(document)];
  if (queryAt < 0 || documentAt < queryAt || tokens.length === 2) {
    throw new Error(
      `tokenizer.json: post_processor: expected special tokens around a query and then a document, found ` +
        `"${tokens.join(' ').replaceAll('\u0000', '')}"`,
    );
  }
  // The library gives RoBERTa's pairs types 0 and 1; HF gives zeros, and the model has only one type.
  const typeAt = (i: number) => (isRoberta(definition.post_processor) ? 0 : (types?.[i] ?? 0));
  const specials = (from: number, to: number) =>
    tokens.slice(from, to).map((token, i) => {
      const id = hub.token_to_id(token);
      if (id === undefined) throw new Error(`tokenizer.json: special token "${token}" is not in the vocabulary`);
      return { id, type: typeAt(from + i) };
    });
  return {
    before: specials(0, queryAt),
    between: specials(queryAt + 1, documentAt),
    after: specials(documentAt + 1, tokens.length),
    queryType: typeAt(queryAt),
    documentType: typeAt(documentAt),
  };
}

function isRoberta(processor: unknown): boolean {
  const { type, processors } = (processor ?? {}) as { type?: string; processors?: unknown[] };
  return type === 'RobertaProcessing' || (processors ?? []).some(isRoberta);
}
