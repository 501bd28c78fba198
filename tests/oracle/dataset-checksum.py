"""The checksum that the studio gives a data set, from the data set's file: src/storage/record-digest.ts, written a second time.

python3 dataset-checksum.py collection|queries|qrels|run FILE

Reads what has no bad lines and no doubles: TSV (`id<TAB>text`, `id<TAB>title<TAB>text`), TREC qrels, TREC runs; gzip of each.
"""

import gzip
import hashlib
import sys

PIECE = 1 << 20


def lines(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n").rstrip("\r")


def number(text):
    """As JavaScript prints it: the shortest digits that read back the same, no `.0`."""
    value = float(text)
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)


def records(kind, path):
    for line in lines(path):
        if kind in ("collection", "queries"):
            columns = line.split("\t")
            yield f"{columns[0]}\t{' '.join(columns[1:])}\n"
        elif kind == "qrels":
            query, _, document, grade = line.split()[:4]
            yield f"{query}\t{document}\t{int(grade)}\n"
        else:
            query, _, document, rank, score = line.split()[:5]
            yield f"{query}\t{document}\t{int(rank)}\t{number(score)}\n"


def checksum(kind, path):
    digests, piece = b"", b""
    for record in records(kind, path):
        piece += record.encode()
        if len(piece) >= PIECE:
            digests += hashlib.sha256(piece).digest()
            piece = b""
    if piece:
        digests += hashlib.sha256(piece).digest()
    return hashlib.sha256(digests).hexdigest()


print(checksum(sys.argv[1], sys.argv[2]))
