"""Reads WordNet 3.0's database files: synsets with their words, gloss, examples and the synsets they point to."""

import re
from dataclasses import dataclass, field
from pathlib import Path

PARTS = ("noun", "verb", "adj", "adv")


@dataclass
class Synset:
    key: str
    """Part of speech and offset in its file, e.g. `n00715843`."""
    words: list[str]
    gloss: str
    examples: list[str]
    hypernyms: list[str] = field(default_factory=list)


def read_synsets(folder: Path) -> list[Synset]:
    """All synsets of `folder` (Debian's wordnet-base: usr/share/wordnet), in the order of the files. Format: wndb(5WN)."""
    synsets = []
    for part in PARTS:
        for line in (folder / f"data.{part}").read_text("utf-8", "replace").splitlines():
            if line.startswith("  "):
                continue  # the licence at the head of the file
            data, _, gloss = line.partition(" | ")
            fields = data.split()
            count = int(fields[3], 16)
            words = [re.sub(r"\(.*\)$", "", word).replace("_", " ") for word in fields[4 : 4 + 2 * count : 2]]
            at = 4 + 2 * count
            pointers = int(fields[at])
            hypernyms = []
            for p in range(pointers):
                symbol, offset, pos, _ = fields[at + 1 + 4 * p : at + 5 + 4 * p]
                if symbol in ("@", "@i"):
                    hypernyms.append(pos + offset)
            examples = re.findall(r'"([^"]+)"', gloss)
            definition = re.sub(r'[;:]?\s*"[^"]*"', "", gloss).strip(" ;:")
            synsets.append(Synset(fields[2].replace("s", "a") + fields[0], words, definition, examples, hypernyms))
    return synsets
