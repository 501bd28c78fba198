#!/usr/bin/env python3
"""Compares a log.jsonl with PyTorch's steps: a JSON file {setting: {steps: [{loss, gradNorm?, tokens}]}}, a step a batch.
With accumulation a line of ours is the mean of several of theirs. Usage: compare-log.py LOG.jsonl TRAIN.json SETTING"""
import json
import sys

log = [json.loads(line) for line in open(sys.argv[1])]
setting = json.load(open(sys.argv[2]))[sys.argv[3]]
every = setting.get('accumulate', 1)
steps = setting['steps']
losses = norms = 0.0
for i, line in enumerate(log):
    group = steps[i * every : (i + 1) * every]
    loss = sum(step['loss'] for step in group) / len(group)
    losses = max(losses, abs(line['loss'] - loss) / abs(loss))
    norm = group[-1].get('gradNorm')
    if norm:
        norms = max(norms, abs(line['gradNorm'] - norm) / norm)
    assert line['tokens'] == sum(step['tokens'] for step in group), (line, group)
print(f'{len(log)} steps: largest relative difference of the loss {losses:.2g}, of the gradient norm {norms:.2g}; tokens equal')
