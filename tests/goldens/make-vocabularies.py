"""Makes vocabularies.json: vocabularies as older checkpoints have them, and the tokenizer.json that transformers makes of each.

Reference: transformers 4.46.3, tokenizers 0.20.3. Run: python tests/goldens/make-vocabularies.py
"""

import json
import tempfile
from pathlib import Path

from transformers import BertTokenizerFast, RobertaTokenizerFast

WORD_PIECES = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "bee", "##s", ".", "é", "#"]
BYTE_PAIRS = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5, "ab": 6, "Ġ": 7, "Ġa": 8, "#": 9, "##": 10, "<mask>": 11}
MERGES = "#version: 0.2\na b\nĠ a\n# #\n"


def main():
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "vocab.txt").write_text("\n".join(WORD_PIECES) + "\n")
        (path / "vocab.json").write_text(json.dumps(BYTE_PAIRS))
        (path / "merges.txt").write_text(MERGES)
        for settings in ({}, {"do_lower_case": False, "strip_accents": False, "tokenize_chinese_chars": False}):
            fast = BertTokenizerFast(vocab_file=str(path / "vocab.txt"), **settings)
            files = {"vocab.txt": (path / "vocab.txt").read_text(), "tokenizer_config.json": json.dumps(settings)}
            cases.append({"files": files, "tokenizer": json.loads(fast.backend_tokenizer.to_str())})
        for settings in ({}, {"add_prefix_space": True}):
            fast = RobertaTokenizerFast(
                vocab_file=str(path / "vocab.json"), merges_file=str(path / "merges.txt"), **settings
            )
            files = {name: (path / name).read_text() for name in ("vocab.json", "merges.txt")}
            files["tokenizer_config.json"] = json.dumps(settings)
            cases.append({"files": files, "tokenizer": json.loads(fast.backend_tokenizer.to_str())})
    (Path(__file__).parent / "vocabularies.json").write_text(json.dumps(cases, ensure_ascii=True) + "\n")


main()
