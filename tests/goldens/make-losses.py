"""Makes losses.json: every loss with its gradients on given logits and labels, from the programs that people know it from.

References, all in float64:
  torch 2.15.0                   LocalizedContrastive (cross_entropy), RankNet, WeightedRankNet (binary_cross_entropy_with_logits)
  sentence-transformers 5.1.2    cross_encoder.losses: BinaryCrossEntropyLoss, ListNetLoss, ListMLELoss, PListMLELoss,
                                 LambdaLoss(LambdaRankScheme())
  lightning-ir 0.0.6             loss: SupervisedMarginMSE, KLDivergence

Where two of them have the same loss, it is asserted that they agree. Run: python tests/goldens/make-losses.py
"""

import json
from pathlib import Path
from types import SimpleNamespace

import torch
from lightning_ir.loss import InfoNCE, KLDivergence, SupervisedMarginMSE
from lightning_ir.loss import RankNet as LightningRankNet
from sentence_transformers.cross_encoder import CrossEncoder, losses
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

torch.set_default_dtype(torch.float64)
# sentence-transformers makes labels float32 by `.float()`, and then puts them into a matrix of the default type.
torch.Tensor.float = torch.Tensor.double

# Labels, one row a query; rows of different length are lists of different length.
LABELS = {
    "one relevant of five": [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]],
    "a teacher's order": [[4, 3, 2, 1], [1, 4, 2, 3], [3, 1, 4, 2]],
    "a teacher's scores": [[-1.25, 3.5, 0.5, -4], [0.75, 0.25, 0, 2]],
    "grades with ties, unjudged": [[2, 2, 0, -1, 1, 0], [0, 3, -1, -1, 0, 3]],
    "lists of different length": [[1, 0, 0], [0, 0, 0, 2, 1, 0, 0], [0, 1]],
    "one list with equal labels": [[1, 1, 1], [0, 2, 1]],
    "one list": [[0, 1, 0, 0, 0, 0, 0, 0]],
}
SCALES = [0.01, 1.0, 30.0]


def contrastive(scores, labels):
    return torch.stack([cross_entropy(s, y.argmax()) for s, y in zip(scores, labels)])


def ranks(s):
    order = sorted(range(len(s)), key=lambda i: (-s[i].item(), i))
    return torch.tensor([order.index(i) + 1.0 for i in range(len(s))])


def pairs(y):
    return y[:, None] > y[None, :]


def rank_net(scores, labels, weighted=False):
    terms = []
    for s, y in zip(scores, labels):
        mask = pairs(y)
        difference = (s[:, None] - s[None, :])[mask]
        r = ranks(s)
        weight = (1 / (r[:, None] + r[None, :]))[mask] if weighted else None
        terms.append(binary_cross_entropy_with_logits(difference, torch.ones_like(difference), weight, reduction="none"))
    return torch.cat(terms)


class Scores(CrossEncoder):
    """Stands where sentence-transformers expects a model: gives the logits that it was made with."""

    def __init__(self, logits):
        torch.nn.Module.__init__(self)
        self.logits = logits
        self.place = 0

    device = "cpu"
    num_labels = 1

    def tokenizer(self, texts, **_):
        self.count = len(texts)
        # `model(**tokens)` takes no tokens.
        return SimpleNamespace(keys=lambda: [], to=lambda _: {})

    def forward(self):
        self.place += self.count
        return [self.logits[self.place - self.count : self.place]]


def sentence_transformers(make, s, y):
    """A loss of sentence-transformers on one list."""
    return make(Scores(s))([["query"], [["document"] * len(s)]], [y])


def binary_cross_entropy(scores, labels):
    # A grade of 1 or more is relevant, an unjudged document is not.
    targets = torch.cat(labels).clamp(0, 1)
    return [losses.BinaryCrossEntropyLoss(Scores(s[None]))([["query"], ["document"]], t[None]) for s, t in zip(torch.cat(scores), targets)]


def by_list(make):
    return lambda scores, labels: [sentence_transformers(make, s, y) for s, y in zip(scores, labels)]


def in_order(make):
    """The likelihood of the order by label; where labels are equal, of the list's own."""

    def exact(model):
        loss = make(model)
        loss.eps = 0.0
        return loss

    def terms(scores, labels):
        orders = [torch.argsort(y, descending=True, stable=True) for y in labels]
        return [sentence_transformers(exact, s[order], y[order]) for s, y, order in zip(scores, labels, orders)]

    return terms


def lightning(loss, s, y):
    """A loss of Lightning IR on [queries, documents]."""
    return loss.compute_loss(SimpleNamespace(scores=s), SimpleNamespace(targets=y))


def margin_mse(scores, labels):
    terms = []
    for s, y in zip(scores, labels):
        for i, j in pairs(y).nonzero().tolist():
            terms.append(lightning(SupervisedMarginMSE(), s[[i, j]][None], y[[i, j]][None]))
    return terms


def kl_divergence(scores, labels):
    return [lightning(KLDivergence(), s[None], y[None]) for s, y in zip(scores, labels)]


def lambda_rank(scores, labels):
    """The mean over each list's pairs: what the loss does not tell apart is left in one term a list."""
    make = lambda model: losses.LambdaLoss(model, weighting_scheme=losses.LambdaRankScheme(), eps=1e-300)
    counts = [int(pairs(y).sum()) for y in labels]
    sums = [sentence_transformers(make, s, y) * n for s, y, n in zip(scores, labels, counts) if n > 0]
    return sums, sum(counts)


LOSSES = {
    "LocalizedContrastive": contrastive,
    "RankNet": rank_net,
    "WeightedRankNet": lambda s, y: rank_net(s, y, True),
    "BinaryCrossEntropy": binary_cross_entropy,
    "MarginMSE": margin_mse,
    "KLDivergence": kl_divergence,
    "ListNet": by_list(losses.ListNetLoss),
    "ListMLE": in_order(losses.ListMLELoss),
    "PListMLE": in_order(losses.PListMLELoss),
    "LambdaRank": lambda_rank,
}


def agree(logits, labels):
    """What several programs define must be one thing."""
    if len({len(row) for row in labels}) > 1:
        return
    s, y = torch.stack(logits), torch.stack(labels)
    rows = list(s), list(y)
    same = lambda a, b: torch.testing.assert_close(torch.as_tensor(a), torch.as_tensor(b))
    mean = lambda terms: torch.stack(list(terms)).mean()
    same(lightning(InfoNCE(), s, y), mean(contrastive(*rows)))
    same(lightning(LightningRankNet(), s, y), mean(rank_net(*rows)))
    same(lightning(SupervisedMarginMSE(), s, y), mean(margin_mse(*rows)))
    same(lightning(KLDivergence(), s, y), mean(kl_divergence(*rows)))
    # Of sentence-transformers: a query with two documents and the margin of their scores.
    pair = losses.MarginMSELoss(Scores(s[0, :2]))
    same(pair([["q"], ["positive"], ["negative"]], y[0, :1] - y[0, 1:2]), (s[0, 0] - s[0, 1] - y[0, 0] + y[0, 1]) ** 2)
    # All lists at once, as it trains: the mean over the lists, or over their pairs.
    at_once = lambda make: make(Scores(s.flatten()))([["query"] * len(s), [["document"] * s.shape[1]] * len(s)], list(y))
    same(at_once(losses.ListNetLoss), mean(LOSSES["ListNet"](*rows)))
    make = lambda model: losses.LambdaLoss(model, weighting_scheme=losses.LambdaRankScheme(), eps=1e-300, mini_batch_size=0)
    sums, count = lambda_rank(*rows)
    same(at_once(make), sum(sums) / count)


def rounded(value):
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.9g}")


def main():
    torch.manual_seed(42)
    cases = []
    for name, labels in LABELS.items():
        for scale in SCALES:
            logits = [(torch.randn(len(row)) * scale).to(torch.float32) for row in labels]
            if name == "a teacher's order":
                logits[0][2] = logits[0][0]  # equal scores
            targets = [torch.tensor(row, dtype=torch.float64) for row in labels]
            if scale == 1:
                agree([row.double() for row in logits], targets)
            case = {"name": f"{name}, scores of {scale}", "labels": labels, "logits": rounded([row.tolist() for row in logits]), "losses": {}}
            for loss, terms_of in LOSSES.items():
                leaves = [row.double().requires_grad_() for row in logits]
                terms = terms_of(leaves, targets)
                terms, count = terms if isinstance(terms, tuple) else (terms, len(terms))
                total = sum(terms)
                (total / count).backward()
                gradient = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]
                case["losses"][loss] = {
                    "mean": rounded(total.item() / count),
                    "sum": rounded(total.item()),
                    "count": count,
                    **({"terms": rounded([term.item() for term in terms])} if len(terms) == count and count < 16 else {}),
                    "gradient": rounded([row.tolist() for row in gradient]),
                }
            cases.append(case)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (Path(__file__).parent / "losses.json").write_text(f"[\n{lines}\n]\n")


main()
