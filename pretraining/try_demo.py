"""Fine-tunes rerank-mini on the demo as the studio does, in PyTorch, to choose the recipes: CL, KD, and both orders.

    python try_demo.py --model MODEL_FOLDER --demo public/demo --runs FOLDER [--test] [--settings JSON]

`--runs` has BM25's runs of the three splits (bm25.{train,validation,test}.trec, depth 100; `npm run headless -- bm25` writes them).
Settings are chosen on the validation queries; the test queries are only scored with `--test`.
"""

import argparse
import json
import math
import random
import re
import time
from collections import defaultdict
from pathlib import Path

import torch
from tokenizers import Tokenizer

from model_folder import load_model

MAX_TOKENS = 256
SETTINGS = {"cl_lr": 1e-4, "kd_lr": 1e-4, "cl_steps": 100, "kd_steps": 100, "size": 8, "kd_size": 8, "queries": 4, "depth": 50, "dropout": 0.1, "warmup": 10, "second": 0.5, "schedule": "linear", "kd_loss": "RankNet", "kd_pick": "full_random"}


def read_pairs(file: Path) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in file.read_text("utf-8").splitlines())


def ndcg(ranking: list[str], grades: dict[str, int], depth: int = 10) -> float:
    """As trec_eval's ndcg_cut: linear gains."""
    gain = lambda values: sum(v / math.log2(i + 2) for i, v in enumerate(values[:depth]))
    return gain([grades.get(d, 0) for d in ranking]) / gain(sorted(grades.values(), reverse=True))


class Demo:
    def __init__(self, folder: Path, runs: Path):
        self.passages = read_pairs(folder / "collection.tsv")
        self.queries, self.qrels, self.run = {}, defaultdict(dict), defaultdict(list)
        self.split = {}
        for split in ("train", "validation", "test"):
            texts = read_pairs(folder / f"queries.{split}.tsv")
            self.queries.update(texts)
            self.split[split] = list(texts)
            for line in (folder / f"qrels.{split}.txt").read_text().splitlines():
                query, _, document, grade = line.split()
                self.qrels[query][document] = int(grade)
            for line in (runs / f"bm25.{split}.trec").read_text().splitlines():
                query, _, document, _, _, _ = line.split()
                self.run[query].append(document)
        self.teacher = {}
        permutations = json.loads((folder / "teacher.permutations.json").read_text())
        for permutation, line in zip(permutations, (folder / "teacher.retrieved.jsonl").read_text().splitlines()):
            entry = json.loads(line)
            documents = [p["docid"] for p in entry["retrieved_passages"]]
            self.teacher[entry["query_id"]] = [documents[int(n) - 1] for n in re.findall(r"\d+", permutation)]


class Reranker:
    def __init__(self, folder: Path, dropout: float):
        self.model = load_model(folder, dropout=dropout)
        self.model.bert.embeddings.position_embeddings.weight.requires_grad_(False)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer = tokenizer
        tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")

    def scores(self, pairs: list[tuple[str, str]]) -> torch.Tensor:
        encoded = self.tokenizer.encode_batch(pairs)
        width = max(len(e.ids) for e in encoded)
        pad = lambda values: values + [0] * (width - len(values))
        return self.model(
            input_ids=torch.tensor([pad(e.ids) for e in encoded]),
            token_type_ids=torch.tensor([pad(e.type_ids) for e in encoded]),
            attention_mask=torch.tensor([pad([1] * len(e.ids)) for e in encoded]),
        ).logits[:, 0]


def contrastive(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(scores, labels.argmax(-1))


def ranknet(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    wanted = labels.unsqueeze(-1) > labels.unsqueeze(-2)
    return torch.nn.functional.softplus(-(scores.unsqueeze(-1) - scores.unsqueeze(-2)))[wanted].mean()


def weighted_ranknet(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    ranks = scores.detach().argsort(-1, descending=True).argsort(-1) + 1
    weight = 1 / (ranks.unsqueeze(-1) + ranks.unsqueeze(-2))
    wanted = labels.unsqueeze(-1) > labels.unsqueeze(-2)
    return (weight * torch.nn.functional.softplus(-(scores.unsqueeze(-1) - scores.unsqueeze(-2))))[wanted].mean()


LOSSES = {"RankNet": ranknet, "WeightedRankNet": weighted_ranknet}


def train(reranker: Reranker, demo: Demo, stage: str, settings: dict, rate: float, seed: int) -> None:
    chance = random.Random(seed)
    steps = settings["cl_steps" if stage == "CL" else "kd_steps"]
    optimiser = torch.optim.AdamW([p for p in reranker.model.parameters() if p.requires_grad], lr=rate, weight_decay=0.01)
    reranker.model.train()
    queue: list[str] = []
    for step in range(steps):
        lists, labels = [], []
        while len(lists) < settings["queries"]:
            if not queue:
                queue = chance.sample(demo.split["train"], len(demo.split["train"]))
            query = queue.pop()
            if stage == "CL":
                grades = demo.qrels[query]
                answers = [d for d, grade in grades.items() if grade >= settings.get("positive", 1)]
                others = [d for d in demo.run[query][: settings["depth"]] if grades.get(d, 0) < 1]
                chosen = [chance.choice(answers), *chance.sample(others, min(len(others), settings["size"] - 1))]
                label = [1] + [0] * (len(chosen) - 1)
            else:
                ranked = demo.teacher[query]
                if settings["kd_pick"] == "full_first":
                    ranked = ranked[: settings["kd_size"]]
                chosen = chance.sample(ranked, settings["kd_size"])
                label = [20 - ranked.index(d) for d in chosen]
            lists.append([(demo.queries[query], demo.passages[d]) for d in chosen])
            labels.append(torch.tensor(label, dtype=torch.float32))
        warm = min(1.0, (step + 1) / max(1, settings["warmup"]))
        decay = 1 - step / steps if settings["schedule"] == "linear" else 1.0
        for group in optimiser.param_groups:
            group["lr"] = rate * warm * decay
        scores = reranker.scores([pair for pairs in lists for pair in pairs]).split([len(pairs) for pairs in lists])
        loss_of = contrastive if stage == "CL" else LOSSES[settings["kd_loss"]]
        loss = torch.stack([loss_of(s.unsqueeze(0), l.unsqueeze(0)) for s, l in zip(scores, labels)]).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reranker.model.parameters(), 10)
        optimiser.step()


@torch.inference_mode()
def evaluate(reranker: Reranker, demo: Demo, split: str, depth: int) -> list[float]:
    reranker.model.eval()
    values = []
    for query in demo.split[split]:
        candidates = demo.run[query][:depth]
        scores = reranker.scores([(demo.queries[query], demo.passages[d]) for d in candidates]).tolist()
        values.append(ndcg([d for _, d in sorted(zip(scores, candidates), key=lambda pair: -pair[0])], demo.qrels[query]))
    return values


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def main() -> None:
    arguments = argparse.ArgumentParser()
    for name in ("model", "demo", "runs"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--settings", type=json.loads, default={})
    arguments.add_argument("--orders", nargs="+", default=["CL KD", "KD CL"])
    arguments.add_argument("--depth", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=42)
    arguments.add_argument("--hold-out", type=int, default=0, help="training subjects whose queries join the validation queries")
    arguments.add_argument("--fresh-head", action="store_true", help="start from a seeded random head, as for a base without one")
    arguments.add_argument("--test", action="store_true")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    settings = {**SETTINGS, **options.settings}
    demo = Demo(options.demo, options.runs)
    subjects = list(dict.fromkeys(query.rsplit("-", 1)[0] for query in demo.split["train"]))
    moved = set(subjects[:: max(1, len(subjects) // options.hold_out)][: options.hold_out]) if options.hold_out else set()
    demo.split["validation"] += [query for query in demo.split["train"] if query.rsplit("-", 1)[0] in moved]
    demo.split["train"] = [query for query in demo.split["train"] if query.rsplit("-", 1)[0] not in moved]
    splits = ["validation", "test"] if options.test else ["validation"]

    def report(name: str, of) -> None:
        print(f"{name:10}", *(f"{split} {mean(of(split)):.4f}" for split in splits), f"({time.process_time():.0f} s of one core)", flush=True)

    print(json.dumps(settings))
    report("BM25", lambda split: [ndcg(demo.run[q], demo.qrels[q]) for q in demo.split[split]])

    def start() -> Reranker:
        torch.manual_seed(options.seed)
        reranker = Reranker(options.model, settings["dropout"])
        if options.fresh_head:
            torch.nn.init.normal_(reranker.model.classifier.weight, std=0.02)
            torch.nn.init.zeros_(reranker.model.classifier.bias)
        return reranker

    base = start()
    report("base", lambda split: evaluate(base, demo, split, options.depth))
    for order in options.orders:
        reranker = start()
        done = []
        for i, stage in enumerate(order.split()):
            rate = settings["cl_lr" if stage == "CL" else "kd_lr"] * (settings["second"] if i else 1)
            train(reranker, demo, stage, settings, rate, options.seed + i)
            done.append(stage)
            report("→".join(done), lambda split: evaluate(reranker, demo, split, options.depth))


if __name__ == "__main__":
    main()
