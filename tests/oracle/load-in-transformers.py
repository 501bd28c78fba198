#!/usr/bin/env python3
"""Loads an exported checkpoint folder with transformers, and with sentence-transformers' CrossEncoder where it is installed, and compares the
scores with a run of ours over the same pairs. Both read length, token types and activation from the folder: nothing is told here.
Usage: load-in-transformers.py CHECKPOINT COLLECTION.tsv[.gz] QUERIES.tsv RUN"""
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import torch
import transformers
from pairs import compare, read_pairs
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder, collection, queries, run = sys.argv[1:5]
pairs, expected = read_pairs(collection, queries, run)
truncation = json.loads((Path(folder) / 'config.json').read_text())['rerank_studio']['truncation']

tokenizer = AutoTokenizer.from_pretrained(folder)
model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
model.eval()
assert not info['missing_keys'] and not info['mismatched_keys'], info
scores = []
with torch.no_grad():
    for query, document in pairs:
        inputs = tokenizer(query, document, truncation=truncation, return_tensors='pt')
        scores.append(model(**inputs).logits.item())
compare(f'{type(model).__name__} of transformers {transformers.__version__}', scores, expected)

if find_spec('sentence_transformers') is None:
    print('sentence-transformers is not installed: CrossEncoder is not checked')
else:
    import sentence_transformers

    model = sentence_transformers.CrossEncoder(folder, device='cpu')
    scores = model.predict(pairs, show_progress_bar=False)
    compare(f'CrossEncoder of sentence-transformers {sentence_transformers.__version__}', scores, expected)
