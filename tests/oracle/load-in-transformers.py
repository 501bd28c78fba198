#!/usr/bin/env python3
"""Loads an exported checkpoint folder with transformers and compares its scores with a run of ours over the same pairs.
Usage: load-in-transformers.py CHECKPOINT COLLECTION.tsv[.gz] QUERIES.tsv RUN [MAX_LENGTH=256]"""
import gzip
import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder, collection, queries, run = sys.argv[1:5]
length = int(sys.argv[5]) if len(sys.argv) > 5 else 256
opened = lambda path: (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf8', newline='\n')


def texts(path, wanted):
    found = {}
    for line in opened(path):
        identifier, *rest = line.rstrip('\n').split('\t')
        if identifier in wanted:
            found[identifier] = ' '.join(part for part in rest if part)
    return found


lines = [line.split() for line in opened(run)]
asked, documents = texts(queries, {l[0] for l in lines}), texts(collection, {l[2] for l in lines})
tokenizer = AutoTokenizer.from_pretrained(folder)
model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
model.eval()
assert not info['missing_keys'] and not info['mismatched_keys'], info
largest = 0.0
with torch.no_grad():
    for query, _, document, _, score, _ in lines:
        pair = tokenizer(asked[query], documents[document], truncation='longest_first', max_length=length, return_tensors='pt')
        largest = max(largest, abs(model(**pair).logits.item() - float(score)))
print(f'{type(model).__name__}: {len(lines)} pairs, largest difference {largest:.2g}')
