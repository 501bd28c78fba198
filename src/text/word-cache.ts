/** Words kept; when they are more, the cache starts anew. Natural text has far fewer distinct words that matter. */
const MAX_WORDS = 200_000;

/**
 * Wraps `encode` so that each distinct word between spaces is tokenised once.
 *
 * The ids stay exactly the same only where nothing looks across a space. That is so for BERT's normaliser and pre-tokeniser
 * (characters are mapped one by one; the contexts of decomposition and of a final sigma end at a space), as long as no added token
 * contains a space. For any other tokenizer `encode` itself is returned.
 *
 * @param definition the parsed `tokenizer.json`
 */
export function withWordCache(
  encode: (text: string) => Int32Array,
  definition: Record<string, unknown>,
): (text: string) => Int32Array {
  if (!looksAtWordsAlone(definition)) return encode;
  const words = new Map<string, Int32Array>();
  return (text) => {
    const parts: Int32Array[] = [];
    let length = 0;
    for (const word of text.split(/[ \t\r\n]+/)) {
      if (word === '') continue;
      let ids = words.get(word);
      if (!ids) {
        ids = encode(word);
        if (words.size >= MAX_WORDS) words.clear();
        words.set(word, ids);
      }
      parts.push(ids);
      length += ids.length;
    }
    const all = new Int32Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
}

interface Definition {
  normalizer?: { type?: string } | null;
  pre_tokenizer?: { type?: string } | null;
  model?: { type?: string };
  added_tokens?: { content: string }[];
}

function looksAtWordsAlone(definition: Definition): boolean {
  return (
    definition.normalizer?.type === 'BertNormalizer' &&
    definition.pre_tokenizer?.type === 'BertPreTokenizer' &&
    definition.model?.type === 'WordPiece' &&
    !(definition.added_tokens ?? []).some(({ content }) => /\s/.test(content))
  );
}
