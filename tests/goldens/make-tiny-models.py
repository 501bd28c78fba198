"""Tiny cross-encoders with random weights, and what PyTorch makes of them: logits, losses, gradients, twelve updates.

Reference: torch 2.5.1 (CPU, float32), transformers 4.46.3, safetensors. Writes tests/goldens/tiny-models/.
Run: python tests/goldens/make-tiny-models.py
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy, softplus
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    ElectraConfig,
    ElectraForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

OUT = Path(__file__).parent / "tiny-models"
SIZES = dict(
    vocab_size=50,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=24,
    num_labels=1,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    # Above what hub checkpoints say, so that attention and logits are far from uniform.
    initializer_range=0.4,
    # Read on saving; keeps the files free of defaults that newer versions add.
    torch_dtype="float32",
)
FAMILIES = {
    "bert": (BertConfig(type_vocab_size=2, **SIZES), BertForSequenceClassification),
    "electra": (ElectraConfig(type_vocab_size=2, embedding_size=8, **SIZES), ElectraForSequenceClassification),
    "roberta": (RobertaConfig(type_vocab_size=1, layer_norm_eps=1e-5, **SIZES), RobertaForSequenceClassification),
}
QUERIES, DOCUMENTS = 2, 3
LABELS = torch.tensor([[0.0, 2.0, 1.0], [3.0, 0.0, 1.0]])
LENGTHS = [5, 12, 1, 17, 8, 20]
STEPS = 12


def localized_contrastive(s, y):
    return cross_entropy(s, y.argmax(1))


def pair_terms(s, y):
    above = y[:, :, None] > y[:, None, :]
    return softplus(-(s[:, :, None] - s[:, None, :])), above


def rank_net(s, y):
    terms, above = pair_terms(s, y)
    return terms[above].mean()


def weighted_rank_net(s, y):
    terms, above = pair_terms(s, y)
    rank = s.argsort(1, descending=True).argsort(1) + 1.0
    return (terms / (rank[:, :, None] + rank[:, None, :]))[above].mean()


LOSSES = {
    "LocalizedContrastive": localized_contrastive,
    "RankNet": rank_net,
    "WeightedRankNet": weighted_rank_net,
}


def scores(model, sequences, types):
    """One sequence at a time: the reference never pads either."""
    one = lambda ids, kinds: model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([kinds])).logits.view(1)
    return torch.cat([one(ids, kinds) for ids, kinds in zip(sequences, types)]).view(QUERIES, DOCUMENTS)


def main():
    OUT.mkdir(exist_ok=True)
    for family, (config, architecture) in FAMILIES.items():
        torch.manual_seed(42)
        model = architecture(config).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                # Biases and norms that are not 0 and 1.
                if parameter.ndim == 1:
                    parameter.add_(torch.randn_like(parameter) * 0.1)
        config.architectures = [architecture.__name__]
        first = 3  # Above every special id of the three families.
        sequences = [torch.randint(first, config.vocab_size, (length,)).tolist() for length in LENGTHS]
        types = [
            [0 if family == "roberta" or i < length // 2 else 1 for i in range(length)] for length in LENGTHS
        ]
        (OUT / f"{family}.config.json").write_text(config.to_json_string(use_diff=True))
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, OUT / f"{family}.safetensors")

        expected = {"sequences": sequences, "tokenTypes": types, "labels": LABELS.tolist(), "losses": {}}
        for loss_name, loss in LOSSES.items():
            model.zero_grad()
            s = scores(model, sequences, types)
            value = loss(s, LABELS)
            value.backward()
            expected["logits"] = s.flatten().tolist()
            expected["losses"][loss_name] = value.item()
            gradients = {k: p.grad.clone() for k, p in model.named_parameters()}
            save_file(gradients, OUT / f"{family}.gradient.{loss_name}.safetensors")

        frozen = [p for k, p in model.named_parameters() if "position_embeddings" in k]
        trained = [p for k, p in model.named_parameters() if "position_embeddings" not in k]
        optimizer = torch.optim.AdamW(trained, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
        steps = []
        for _ in range(STEPS):
            model.zero_grad()
            value = LOSSES["LocalizedContrastive"](scores(model, sequences, types), LABELS)
            value.backward()
            for p in frozen:
                p.grad = None
            norm = torch.nn.utils.clip_grad_norm_(trained, 0.5)
            optimizer.step()
            steps.append({"loss": value.item(), "gradientNorm": norm.item()})
        expected["steps"] = steps
        (OUT / f"{family}.expected.json").write_text(json.dumps(expected))
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, OUT / f"{family}.trained.safetensors")


main()
