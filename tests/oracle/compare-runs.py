#!/usr/bin/env python3
"""Compares two TREC runs of the same queries (gzip too): how many queries have the same first N documents, and how far scores differ.
Usage: compare-runs.py OURS THEIRS [N=100]"""
import gzip
import sys


def read(path):
    run = {}
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt') as lines:
        for line in lines:
            query, _, document, rank, score, _ = line.split()
            run.setdefault(query, []).append((int(rank), document, float(score)))
    return {query: sorted(ranking) for query, ranking in run.items()}


ours, theirs = read(sys.argv[1]), read(sys.argv[2])
depth = int(sys.argv[3]) if len(sys.argv) > 3 else 100
top = lambda ranking: [document for _, document, _ in ranking[:depth]]
same = sum(top(ours.get(query, [])) == top(ranking) for query, ranking in theirs.items())
largest, compared = 0.0, 0
for query, ranking in theirs.items():
    scores = {document: score for _, document, score in ours.get(query, [])}
    for _, document, score in ranking:
        if document in scores:
            compared += 1
            largest = max(largest, abs(scores[document] - score))
print(f'{same} of {len(theirs)} queries have the same top {depth}; largest difference of {compared} scores: {largest:.2g}')
