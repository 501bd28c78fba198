"""Makes rerank-mini's WordPiece vocabulary and tokenizer from word frequencies and WordNet's words.

    python make_vocabulary.py --wordnet usr/share/wordnet --out MODEL_FOLDER

Most tokens are whole words: a re-ranker of three layers has none to spare for spelling. They are the most frequent English
words (wordfreq 3.1) that WordNet knows or uses; what is left of the vocabulary are pieces, trained on the rarer words.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from wordfreq import top_n_list, word_frequency

from wordnet import read_synsets

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SIZE = 16000
WHOLE_WORDS = 14000
MAX_LENGTH = 256


def bert_tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    """The uncased BERT pipeline around `vocabulary` (without one: around an empty model, to train)."""
    tokenizer = Tokenizer(models.WordPiece(vocabulary or None, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    if vocabulary:
        tokenizer.add_special_tokens(SPECIAL)
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0",
            pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
            special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
        )
    return tokenizer


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--wordnet", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    glosses = Counter()
    for synset in read_synsets(options.wordnet):
        for text in (*synset.words, synset.gloss, *synset.examples):
            glosses.update(re.findall(r"[a-z]+", text.lower()))
    # A gloss is written by lexicographers: its counts only add to those of ordinary text.
    total = sum(glosses.values())
    known = [word for word in set(top_n_list("en", 80000)) | set(glosses) if re.fullmatch(r"[a-z]+", word)]
    weight = {
        word: word_frequency(word, "en") + 0.6 * glosses[word] / total
        for word in known
        if glosses[word] >= 1 or word_frequency(word, "en") > 2e-5
    }
    ranked = sorted(weight, key=lambda word: (-weight[word], word))
    whole = [word for word in ranked if len(word) > 1][:WHOLE_WORDS]

    taken = set(whole)
    rare = (word for word in ranked if word not in taken for _ in range(1 + int(weight[word] * 1e7)))
    pieces = bert_tokenizer({})
    pieces.train_from_iterator(
        rare,
        trainers.WordPieceTrainer(vocab_size=4500, special_tokens=SPECIAL, continuing_subword_prefix="##", show_progress=False),
    )
    by_id = sorted(pieces.get_vocab(), key=pieces.get_vocab().get)
    characters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    characters += ["°", "–", "—", "‘", "’", "“", "”", "£", "€", "½", "×", "…", "²", "³"]
    alphabet = characters + ["##" + c for c in characters if c.isalnum()]
    tokens = list(dict.fromkeys([*SPECIAL, *alphabet, *whole]))
    room = SIZE - len(tokens)
    tokens += [t for t in by_id if t not in set(tokens) and re.fullmatch(r"(##)?[a-z]+", t)][:room]

    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = bert_tokenizer(vocabulary)
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(options.out / "tokenizer.json"), pretty=False)
    (options.out / "vocab.txt").write_text("".join(token + "\n" for token in tokens), "utf-8")
    special = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL))
    (options.out / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    (options.out / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": MAX_LENGTH, **special}, indent=2) + "\n"
    )
    print(f"{len(tokens)} tokens, {len(whole)} of them whole words, the rarest '{whole[-1]}'")


if __name__ == "__main__":
    main()
