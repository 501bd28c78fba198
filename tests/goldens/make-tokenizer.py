"""Makes tokenizer.json: two small tokenizers and what Hugging Face makes of texts and pairs with them.

Reference: tokenizers 0.20.3 through transformers 4.46.3. Run: python tests/goldens/make-tokenizer.py
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

SENTENCES = [
    "The otter sleeps on its back and holds a paw, so that it does not drift away.",
    "How long does an otter live in the wild?",
    "River otters were brought back to the valley in 1989; by 2004 there were 212 of them.",
    "A re-ranker reads the query and the passage together, and gives one score.",
    "Café owners in Málaga don't open before 10:30, naïve visitors find out.",
    "Retrieval first, re-ranking second: the first stage must find what the second one orders.",
]

TEXTS = [
    *SENTENCES,
    "",
    "   spaces \t and\nlines\r\n  ",
    "UPPER lower MiXeD",
    "accents: é è ü ñ å, combining: e\u0301",
    "東京 and 京都 (CJK)",
    "emoji 🦦🦦 and ligature ﬁn",
    "control \u0007 zero\u200bwidth \ufeffbom",
    "[CLS] written [SEP] in [MASK] text</s><s><mask>",
    "x" * 120,
    "don't, it's; we'll—won't!",
    "ΣΟΦΟΣ ΑΣ",
    "a𠀀𠮷b",
]

PAIRS = [
    (SENTENCES[1], SENTENCES[0]),
    (SENTENCES[1], SENTENCES[2] * 3),
    (SENTENCES[2] * 3, SENTENCES[1]),
    (SENTENCES[4], SENTENCES[5]),
    (SENTENCES[3] * 2, SENTENCES[3] * 2),
    ("otter", ""),
    ("", "otter"),
    ("an [SEP] otter", "holds</s> a <mask> paw"),
]


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=200, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False
    )
    tokenizer.train_from_iterator([*SENTENCES, "σοφος σοφοσ ασ ας 𠀀 𠮷"], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def roberta():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(sep=("</s>", 2), cls=("<s>", 0), add_prefix_space=False)
    return tokenizer


def golden(tokenizer):
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    pairs = []
    for query, document in PAIRS:
        for truncation in ("longest_first", "only_second"):
            for length in (8, 13, 32, 33, 256):
                case = {"query": query, "document": document, "truncation": truncation, "maxLength": length}
                try:
                    # As a batch: transformers takes a single empty document for no document.
                    encoded = fast([query], [document], truncation=truncation, max_length=length, return_token_type_ids=True)
                    pairs.append(case | {"ids": encoded["input_ids"][0], "types": encoded["token_type_ids"][0]})
                except BaseException:  # the Rust code panics or raises, by version
                    pairs.append(case | {"ids": None, "types": None})
    texts = [{"text": text, "ids": fast(text, add_special_tokens=False)["input_ids"]} for text in TEXTS]
    return {"tokenizer": json.loads(tokenizer.to_str()), "texts": texts, "pairs": pairs}


def main():
    out = Path(__file__).parent / "tokenizer.json"
    out.write_text(json.dumps({"bert": golden(bert()), "roberta": golden(roberta())}, ensure_ascii=True) + "\n")


main()
