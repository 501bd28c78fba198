#!/usr/bin/env python3
"""Compares a run's scores with those of a JSON file {scores: [{query, document, score}]}. Usage: compare-scores.py RUN SCORES.json"""
import json
import sys

ours = {}
for line in open(sys.argv[1]):
    query, _, document, _, score, _ = line.split()
    ours[query, document] = float(score)
theirs = {(s['query'], s['document']): s['score'] for s in json.load(open(sys.argv[2]))['scores']}
both = ours.keys() & theirs.keys()
print(f'{len(both)} pairs: largest difference {max(abs(ours[pair] - theirs[pair]) for pair in both):.2g}')
