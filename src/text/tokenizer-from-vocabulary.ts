/**
 * `tokenizer.json` for checkpoints that are older than it and have a vocabulary only: what transformers' own conversion makes
 * (transformers 4.46, convert_slow_tokenizer.py: BertConverter, RobertaConverter).
 *
 *   vocab.txt                 WordPiece: BERT, ELECTRA
 *   vocab.json + merges.txt   byte-level BPE: RoBERTa
 */

type Files = Readonly<Record<string, string>>;

/** The files that a tokenizer can be made from. */
export const VOCABULARY_FILES = [['vocab.txt'], ['vocab.json', 'merges.txt']] as const;

/**
 * @param files small files of a checkpoint by name; tokenizer_config.json and special_tokens_map.json are regarded where there.
 * @returns the text of a tokenizer.json; undefined when there is no vocabulary to make it from.
 * @throws Error naming the file that lacks a special token or is damaged.
 */
export function tokenizerFromVocabulary(files: Files): string | undefined {
  const wordPieces = files['vocab.txt'];
  if (wordPieces !== undefined) return JSON.stringify(wordPieceTokenizer(wordPieces, files));
  const [vocabulary, merges] = [files['vocab.json'], files['merges.txt']];
  if (vocabulary === undefined || merges === undefined) return undefined;
  return JSON.stringify(bytePairTokenizer(vocabulary, merges, files));
}

function wordPieceTokenizer(text: string, files: Files) {
  const vocab: Record<string, number> = Object.fromEntries(linesOf(text).map((token, id) => [token, id]));
  const settings = json(files, 'tokenizer_config.json');
  const special = specialTokens(files, 'vocab.txt', vocab, {
    pad: '[PAD]', unk: '[UNK]', cls: '[CLS]', sep: '[SEP]', mask: '[MASK]',
  }); // prettier-ignore
  const token = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const text_ = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const { cls, sep } = special.names;
  const single = [token(cls, 0), text_('A', 0), token(sep, 0)];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings['tokenize_chinese_chars'] ?? true,
      strip_accents: settings['strip_accents'] ?? null,
      lowercase: settings['do_lower_case'] ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, text_('B', 1), token(sep, 1)],
      special_tokens: Object.fromEntries([cls, sep].map((id) => [id, { id, ids: [vocab[id]], tokens: [id] }])),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: special.names.unk,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

function bytePairTokenizer(vocabulary: string, merges: string, files: Files) {
  const vocab = parse('vocab.json', vocabulary) as Record<string, number>;
  const special = specialTokens(files, 'vocab.json', vocab, {
    cls: '<s>', pad: '<pad>', sep: '</s>', unk: '<unk>', mask: '<mask>',
  }); // prettier-ignore
  const { cls, sep, mask } = special.names;
  const space = { add_prefix_space: json(files, 'tokenizer_config.json')['add_prefix_space'] ?? false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    // The mask takes the space before it, as in RobertaTokenizer.
    added_tokens: special.added.map((token) => ({
      ...token,
      lstrip: token.content === mask,
      normalized: token.content !== mask,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', ...space, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [sep, vocab[sep]],
      cls: [cls, vocab[cls]],
      trim_offsets: true,
      ...space,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: linesOf(merges)
        .filter((line) => line !== '' && !line.startsWith('#version'))
        .map((line) => line.split(' ')),
    },
  };
}

type Role = 'pad' | 'unk' | 'cls' | 'sep' | 'mask';

/** The special tokens by role, under the names that the checkpoint gives them, and as `added_tokens` in order of their ids. */
function specialTokens(files: Files, file: string, vocab: Record<string, number>, usual: Record<Role, string>) {
  const given = { ...json(files, 'tokenizer_config.json'), ...json(files, 'special_tokens_map.json') };
  const nameOf = (role: Role) => {
    const value = given[`${role}_token`] as string | { content?: string } | null | undefined;
    return (typeof value === 'object' ? value?.content : value) ?? usual[role];
  };
  const names = Object.fromEntries((Object.keys(usual) as Role[]).map((role) => [role, nameOf(role)])) as Record<
    Role,
    string
  >;
  const added = Object.values(names).map((content) => {
    const id = vocab[content];
    if (id === undefined) throw new Error(`${file}: expected the special token ${content}, found none`);
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  });
  return { names, added: added.sort((a, b) => a.id - b.id) };
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const json = (files: Files, name: string) =>
  (files[name] === undefined ? {} : parse(name, files[name])) as Record<string, unknown>;

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}
