"""Reads the descriptions of Debian's packages: a line that says what a package is, and paragraphs that say more."""

import re
import subprocess
from pathlib import Path

DULL = re.compile(r"(-dev|-dbg|-doc|-data|-common|-perl|-java|-cil|-locale.*|-l10n.*)$|^(lib|golang-|node-|ruby-|r-cran-|rust-|linux-|haskell)")


def read_descriptions(file: Path) -> list[tuple[str, str]]:
    """(synopsis, first paragraphs) of the packages that an ordinary person might install. `file`: a Translation-en list of apt."""
    text = subprocess.run(["lz4cat", str(file)], check=True, capture_output=True).stdout.decode("utf-8")
    pairs, seen = [], set()
    for block in text.split("\n\n"):
        match = re.match(r"Package: (\S+)\n.*?Description-en: (.*)\n((?: .*\n?)*)", block, re.S)
        if not match or DULL.search(match[1]):
            continue
        paragraphs = " ".join(line.strip() for line in re.split(r"\n \.\n", match[3])[0:3] for line in line.splitlines())
        paragraphs = re.sub(r"\s+", " ", paragraphs).strip()
        if len(paragraphs.split()) >= 20 and paragraphs[:80] not in seen:
            seen.add(paragraphs[:80])
            pairs.append((match[2], paragraphs))
    return pairs
