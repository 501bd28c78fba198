"""Makes losses.json: the three losses with their gradients on given logits and labels.

Reference: torch 2.5.1 (cross_entropy, binary_cross_entropy_with_logits), in float64. Run: python tests/goldens/make-losses.py
"""

import json
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

# Labels, one row a query; rows of different length are lists of different length.
LABELS = {
    "one relevant of five": [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]],
    "a teacher's order": [[4, 3, 2, 1], [1, 4, 2, 3], [3, 1, 4, 2]],
    "grades with ties, unjudged": [[2, 2, 0, -1, 1, 0], [0, 3, -1, -1, 0, 3]],
    "lists of different length": [[1, 0, 0], [0, 0, 0, 2, 1, 0, 0], [0, 1]],
    "one list with equal labels": [[1, 1, 1], [0, 2, 1]],
    "one list": [[0, 1, 0, 0, 0, 0, 0, 0]],
}
SCALES = [0.01, 1.0, 30.0]


def contrastive(scores, labels):
    terms = [cross_entropy(s, torch.tensor(y).argmax()) for s, y in zip(scores, labels)]
    return torch.stack(terms)


def ranks(s):
    order = sorted(range(len(s)), key=lambda i: (-s[i].item(), i))
    return torch.tensor([order.index(i) + 1 for i in range(len(s))], dtype=torch.float64)


def pairwise(scores, labels, weighted):
    terms = []
    for s, y in zip(scores, labels):
        y = torch.tensor(y)
        mask = y[:, None] > y[None, :]
        difference = (s[:, None] - s[None, :])[mask]
        r = ranks(s)
        weight = (1 / (r[:, None] + r[None, :]))[mask] if weighted else None
        terms.append(binary_cross_entropy_with_logits(difference, torch.ones_like(difference), weight, reduction="none"))
    return torch.cat(terms)


LOSSES = {
    "LocalizedContrastive": contrastive,
    "RankNet": lambda s, y: pairwise(s, y, False),
    "WeightedRankNet": lambda s, y: pairwise(s, y, True),
}


def main():
    torch.manual_seed(42)
    cases = []
    for name, labels in LABELS.items():
        for scale in SCALES:
            logits = [(torch.randn(len(row)) * scale).float() for row in labels]
            if name == "a teacher's order":
                logits[0][2] = logits[0][0]  # equal scores
            case = {"name": f"{name}, scores of {scale}", "labels": labels, "logits": [row.tolist() for row in logits], "losses": {}}
            for loss, terms in LOSSES.items():
                leaves = [row.double().requires_grad_() for row in logits]
                all_terms = terms(leaves, labels)
                all_terms.mean().backward()
                case["losses"][loss] = {
                    "mean": all_terms.mean().item(),
                    "sum": all_terms.sum().item(),
                    "terms": all_terms.tolist(),
                    "gradient": [leaf.grad.tolist() for leaf in leaves],
                }
            cases.append(case)
    (Path(__file__).parent / "losses.json").write_text(json.dumps(cases) + "\n")


main()
