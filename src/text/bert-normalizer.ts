/** Ideographs beyond the first plane that BERT splits off as words (tokenizers 0.20, `normalizers/bert.rs`, `is_chinese_char`). */
const RARE_IDEOGRAPHS = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/**
 * Makes up for two differences between `@huggingface/tokenizers` 0.2.0 and the tokenizers library that checkpoints were trained
 * with, before the text is normalised:
 *
 * - it looks at UTF-16 halves, so that ideographs of two halves are not split off;
 * - it lower-cases words, so that a capital sigma at the end of one becomes ς, where the original lower-cases characters to σ.
 *
 * What still differs, 658 of the first 200,000 characters, are marks and punctuation newer than the Unicode tables of the original.
 * To be dropped once a text like "ΣΟΦΟΣ 𠀀𠮷" comes out right without it (tests/goldens/tokenizer.json has it).
 *
 * @param definition the parsed `tokenizer.json`; for a normaliser that is not BERT's the text stays as it is
 */
export function bertNormalizerFixes(definition: {
  normalizer?: { type?: string; lowercase?: boolean; handle_chinese_chars?: boolean } | null;
}): (text: string) => string {
  const { type, lowercase, handle_chinese_chars: splits } = definition.normalizer ?? {};
  if (type !== 'BertNormalizer') return (text) => text;
  return (text) => {
    const lowered = lowercase ? text.replaceAll('Σ', 'σ') : text;
    return splits ? lowered.replace(RARE_IDEOGRAPHS, ' $& ') : lowered;
  };
}
