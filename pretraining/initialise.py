"""Makes an untrained rerank-mini: seeded random weights of the right shape (the start of pre-training).

    python initialise.py --model MODEL_FOLDER [--seed 42]
"""

import argparse
from pathlib import Path

import torch
from transformers import BertForSequenceClassification

from model_folder import make_config, save_model


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=42)
    options = arguments.parse_args()
    torch.manual_seed(options.seed)
    size = len((options.model / "vocab.txt").read_text("utf-8").splitlines())
    model = BertForSequenceClassification(make_config(size))
    save_model(model, options.model)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
