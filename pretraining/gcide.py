"""Reads the GNU Collaborative International Dictionary of English from dictd's files: headword and plain text of each entry."""

import gzip
import re
from pathlib import Path

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
DIGIT = {letter: value for value, letter in enumerate(LETTERS)}


def _number(text: str) -> int:
    value = 0
    for letter in text:
        value = value * 64 + DIGIT[letter]
    return value


def clean(entry: str) -> str:
    """Definitions only: without pronunciation, etymology, sources, quotations (indented deeper) and markup; empty if that failed."""
    lines = [line for line in entry.splitlines()[1:] if not re.match(r"^ {9,}\S", line)]
    text = " ".join(line.strip() for line in lines)
    for _ in range(4):
        text = re.sub(r"\[[^\[\]]*\]", " ", text)  # etymologies and sources nest
    text = re.sub(r"--\s*[A-Z][\w. ]*\.", " ", text)
    text = re.sub(r"\([A-Z][\w. &]*\)|\{|\}|\bSyn:|\bNote:|--", " ", text)
    text = re.sub(r"^.{0,120}(p\. pr\. & vb\. n\.|superl\.|, (n|v\. t|v\. i|a|adv)\.)\s*[.;]?", " ", text)
    text = re.sub(r"\b\d+\.\s|\(\w\)\s", " ", text)
    text = re.sub(r"\s+", " ", text).strip(" ;.,")
    return "" if re.search(r"[\\*`^=\[\]~]|vb\. n\.", text) else text + "."


def read_entries(folder: Path) -> list[tuple[str, str]]:
    """(headword, text) in the order of the index. `folder` is Debian's dict-gcide: usr/share/dictd."""
    data = gzip.open(folder / "gcide.dict.dz").read()
    entries, seen = [], set()
    for line in (folder / "gcide.index").read_text("utf-8", "replace").splitlines():
        word, offset, length = line.split("\t")[:3]
        start = _number(offset)
        if start in seen or word.startswith("00-"):
            continue
        seen.add(start)
        entries.append((word.lower(), clean(data[start : start + _number(length)].decode("utf-8", "replace"))))
    return entries
