#!/usr/bin/env python3
"""Writes tiny cross-encoders with random weights and the tokenizers of tests/goldens, as Hugging Face folders: bert, electra (with an embedding
projection), roberta. Checked with transformers 4.46.3. Usage: make-tiny-checkpoints.py DIR"""
import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizerFast,
    ElectraConfig,
    ElectraForSequenceClassification,
    ElectraTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizerFast,
)

out = Path(sys.argv[1])
golden = json.loads((Path(__file__).parent.parent / 'goldens' / 'tokenizer.json').read_text())
sizes = dict(
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=64,
    num_labels=1,
    # Above what hub checkpoints say, so that attention and logits are far from uniform.
    initializer_range=0.4,
)
families = {
    'bert': (BertConfig(type_vocab_size=2, **sizes), BertForSequenceClassification, BertTokenizerFast, 'bert'),
    'electra': (
        ElectraConfig(type_vocab_size=2, embedding_size=16, **sizes),
        ElectraForSequenceClassification,
        ElectraTokenizerFast,
        'bert',
    ),
    'roberta': (
        RobertaConfig(type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, **sizes),
        RobertaForSequenceClassification,
        RobertaTokenizerFast,
        'roberta',
    ),
}
for family, (config, Model, Fast, name) in families.items():
    torch.manual_seed(42)
    tokenizer = Fast(tokenizer_object=Tokenizer.from_str(json.dumps(golden[name]['tokenizer'])))
    config.vocab_size = len(tokenizer)
    config.max_position_embeddings = 258 if family == 'roberta' else 256
    model = Model(config)
    for parameter in model.parameters():
        if parameter.ndim == 1:  # biases and norms that are not 0 and 1
            parameter.data.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(out / family)
    tokenizer.save_pretrained(out / family)
    print(out / family)
