#!/usr/bin/env python3
"""Checks an exported ONNX folder: onnx.checker on the model, and onnxruntime's scores against a run of ours over the same pairs, in padded
batches. Usage: check-onnx.py FOLDER COLLECTION.tsv[.gz] QUERIES.tsv RUN"""
import json
import sys
from pathlib import Path

import onnx
import onnxruntime
from pairs import compare, read_pairs
from transformers import AutoTokenizer

BATCH = 16

folder, collection, queries, run = sys.argv[1:5]
path = str(Path(folder) / 'model.onnx')
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
opsets = {opset.domain or 'ai.onnx': opset.version for opset in model.opset_import}

pairs, expected = read_pairs(collection, queries, run)
truncation = json.loads((Path(folder) / 'config.json').read_text())['rerank_studio']['truncation']
tokenizer = AutoTokenizer.from_pretrained(folder)
session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
scores = []
for first in range(0, len(pairs), BATCH):
    texts = pairs[first : first + BATCH]
    inputs = tokenizer([q for q, _ in texts], [d for _, d in texts], truncation=truncation, padding=True, return_tensors='np')
    assert set(inputs) == {entry.name for entry in session.get_inputs()}, (set(inputs), session.get_inputs())
    scores.extend(session.run(['logits'], dict(inputs))[0][:, 0])
print(f'onnx.checker {onnx.__version__}: {len(model.graph.node)} nodes, {opsets}')
compare(f'onnxruntime {onnxruntime.__version__}', scores, expected)
