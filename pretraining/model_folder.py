"""The shape of rerank-mini, and how its folder is written: names and files as on the hub, weights in half precision."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification

LAYERS, HIDDEN, HEADS, FEED_FORWARD, MAX_LENGTH = 3, 128, 4, 512, 256


def make_config(vocabulary_size: int, dropout: float = 0.1) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=FEED_FORWARD,
        max_position_embeddings=MAX_LENGTH,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        num_labels=1,
        architectures=["BertForSequenceClassification"],
    )


def save_model(model: BertForSequenceClassification, folder: Path) -> None:
    """Writes config.json and model.safetensors (float16) into `folder`; everything else there stays."""
    config = {key: value for key, value in model.config.to_diff_dict().items() if not key.startswith("_")}
    config.update(architectures=["BertForSequenceClassification"], hidden_act="gelu", layer_norm_eps=1e-12, type_vocab_size=2,
                  hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1, initializer_range=0.02, torch_dtype="float16")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(dict(sorted(config.items())), indent=2) + "\n")
    weights = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items() if "position_ids" not in name}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def load_model(folder: Path, dropout: float = 0.1) -> BertForSequenceClassification:
    """Reads what `save_model` wrote, into float32."""
    saved = json.loads((folder / "config.json").read_text())
    config = BertConfig(**{**saved, "hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout})
    config.torch_dtype = torch.float32
    model = BertForSequenceClassification(config)
    model.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return model
