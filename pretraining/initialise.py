"""Makes rerank-mini before pre-training: seeded random weights, MiniLM's word vectors, and attention that begins by matching.

    python initialise.py --model MODEL_FOLDER [--teacher MINILM_FOLDER] [--seed 42]

Pre-training is short, so what a re-ranker learns last is built in (all of it is trained on):

    hidden   0 … 119   a token's meaning: MiniLM's sentence vector of the token alone, by PCA, rotated at random
           120         +1 query, −1 passage (token types)
           121 … 124   how much each head of the first layer looked at the other text
           125 … 127   free

- Layer 1, heads 0–1: each token looks at tokens of like meaning; where the other text has none, it looks at itself.
- Layer 1, heads 2–3: the same, but with a bias towards the other text.
- Layer 2, head 0: every token, so [CLS] too, takes the mean of 121 … 124 over the query.
Without `--teacher` all weights are random.
"""

import argparse
from pathlib import Path

import torch
from transformers import BertForSequenceClassification

from make_pairs import encode
from model_folder import HEADS, HIDDEN, make_config, save_model

MEANING = 120
TYPE, LOOKED = 120, 121
HEAD = HIDDEN // HEADS
SLICE = MEANING // HEADS
TYPE_SIZE = 0.35


def token_vectors(tokens: list[str], teacher: Path) -> torch.Tensor:
    """[tokens, MEANING], of length 1; a piece is encoded without its ##, special tokens are random."""
    vectors = encode([token.removeprefix("##") for token in tokens], teacher, 16).float()
    vectors -= vectors.mean(0)
    _, _, directions = torch.linalg.svd(vectors, full_matrices=False)
    reduced = vectors @ directions[:MEANING].T
    for i, token in enumerate(tokens):
        if token.startswith("[") and token.endswith("]"):
            reduced[i] = torch.randn(MEANING)
    # PCA orders its directions by variance: a rotation spreads them over the heads.
    rotation = torch.linalg.qr(torch.randn(MEANING, MEANING)).Q
    return torch.nn.functional.normalize(reduced, dim=-1) @ rotation


@torch.no_grad()
def build_in(model: BertForSequenceClassification, vectors: torch.Tensor) -> None:
    """Writes the start described above into a model of random weights."""
    embeddings, layers = model.bert.embeddings, model.bert.encoder.layer
    embeddings.word_embeddings.weight.mul_(0.1)
    embeddings.word_embeddings.weight[:, :MEANING] = vectors
    embeddings.position_embeddings.weight.mul_(0.2)
    embeddings.token_type_embeddings.weight.mul_(0.1)
    embeddings.token_type_embeddings.weight[:, TYPE] += torch.tensor([TYPE_SIZE, -TYPE_SIZE])

    first = layers[0].attention
    for weight in (first.self.query.weight, first.self.key.weight, first.self.value.weight, first.output.dense.weight):
        weight.mul_(0.3)
    for head in range(HEADS):
        for i in range(SLICE):
            row, column = HEAD * head + i, SLICE * head + i
            first.self.query.weight[row, column] += 1.18
            first.self.key.weight[row, column] += 1.18
            first.self.value.weight[row, column] += 1.0
            first.output.dense.weight[column, row] += 0.5
        kind = HEAD * head + SLICE
        if head >= 2:
            first.self.query.weight[kind, TYPE] += 0.9
            first.self.key.weight[kind, TYPE] -= 0.9
        first.self.value.weight[kind, TYPE] += 1.0
        first.output.dense.weight[LOOKED + head, kind] += 1.0

    second = layers[1].attention
    second.self.query.bias[0] += 2.0
    second.self.key.weight[0, TYPE] += 2.0
    for i in range(HEADS):
        second.self.value.weight[1 + i, LOOKED + i] += 1.0
        second.output.dense.weight[LOOKED + i, 1 + i] += 1.0


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--teacher", type=Path)
    arguments.add_argument("--seed", type=int, default=42)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    tokens = (options.model / "vocab.txt").read_text("utf-8").splitlines()
    config = make_config(len(tokens))
    config.initializer_range = 0.05  # 0.02 is for 768 wide: scaled by the root of the width
    model = BertForSequenceClassification(config)
    if options.teacher:
        build_in(model, token_vectors(tokens, options.teacher))
    save_model(model, options.model)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
