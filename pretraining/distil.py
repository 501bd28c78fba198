"""Pre-trains rerank-mini: its scores of a query's passages should rank them as MiniLM's cosines do.

    python distil.py --model MODEL_FOLDER --pairs pairs.pt --minutes 40 [--seed 42]

A list has eight passages for a query: the one it was made for, neighbours by the teacher (hard negatives, or further answers),
passages that share rare words with it (what BM25 would bring), and strangers. Loss: cross entropy between the softmax
of the teacher's cosines (temperature TEMPERATURE) and that of the student's scores.
"""

import argparse
import random
import re
import time
from collections import defaultdict
from pathlib import Path

import torch
from tokenizers import Tokenizer

from model_folder import load_model, save_model

LIST = 8
TEMPERATURE = 0.05
MAX_TOKENS = 112
CHUNK = 64


def teacher_neighbours(queries: torch.Tensor, passages: torch.Tensor, depth: int) -> torch.Tensor:
    """Indices of the `depth` passages closest to each query, [queries, depth]."""
    passages = passages.bfloat16().T.contiguous()
    return torch.cat([(chunk.bfloat16() @ passages).topk(depth).indices.int() for chunk in queries.split(2048)])


def lexical_index(passages: list[str]) -> dict[str, list[int]]:
    """Passages of each word that occurs in 2 to 300 of them."""
    index = defaultdict(list)
    for i, text in enumerate(passages):
        for word in set(re.findall(r"[a-z]{3,}", text.lower())):
            index[word].append(i)
    return {word: found for word, found in index.items() if 2 <= len(found) <= 300}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--model", type=Path, required=True)
    arguments.add_argument("--pairs", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=40)
    arguments.add_argument("--lists", type=int, default=16, help="lists a step")
    arguments.add_argument("--learning-rate", type=float, default=8e-4)
    arguments.add_argument("--seed", type=int, default=42)
    arguments.add_argument("--steps", type=int, default=6000)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)

    data = torch.load(options.pairs, weights_only=True)
    passages, queries = data["passages"], data["queries"]
    query_vectors, passage_vectors = data["query_vectors"].float(), data["passage_vectors"].float()
    home = data["home"].tolist()
    neighbours = teacher_neighbours(query_vectors, passage_vectors, 60)
    index = lexical_index(passages)
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    query_ids = [e.ids[:24] for e in tokenizer.encode_batch(queries, add_special_tokens=False)]
    passage_ids = [e.ids for e in tokenizer.encode_batch(passages, add_special_tokens=False)]
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    print("data ready", flush=True)

    held_out = set(range(0, len(queries), 40))
    training = [q for q in range(len(queries)) if q not in held_out]

    def sample(q: int, chance: random.Random) -> list[int]:
        near = neighbours[q].tolist()
        chosen = [home[q], near[0], *chance.sample(near[1:10], 2), chance.choice(near[10:])]
        words = [w for w in set(re.findall(r"[a-z]{3,}", queries[q].lower())) if w in index]
        if words:
            chosen += [chance.choice(index[chance.choice(sorted(words))]) for _ in range(2)]
        chosen = list(dict.fromkeys(chosen))
        while len(chosen) < LIST:
            other = chance.randrange(len(passages))
            if other not in chosen:
                chosen.append(other)
        return chosen[:LIST]

    def batch(rows: list[int], chance: random.Random) -> tuple[list[tuple[torch.Tensor, dict[str, torch.Tensor]]], torch.Tensor]:
        """The pairs of some queries' lists in chunks of like length (little is padded), and their cosines [queries, LIST]."""
        documents = [sample(q, chance) for q in rows]
        sequences = []
        for q, chosen in zip(rows, documents):
            for d in chosen:
                first = [cls, *query_ids[q], sep]
                sequences.append((first, [*passage_ids[d][: MAX_TOKENS - len(first) - 1], sep]))
        order = sorted(range(len(sequences)), key=lambda i: sum(map(len, sequences[i])))
        chunks = []
        for at in range(0, len(order), CHUNK):
            members = order[at : at + CHUNK]
            width = sum(map(len, sequences[members[-1]]))
            ids = torch.zeros(len(members), width, dtype=torch.long)
            types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
            for i, member in enumerate(members):
                first, second = sequences[member]
                length = len(first) + len(second)
                ids[i, :length] = torch.tensor(first + second)
                types[i, len(first) : length] = 1
                mask[i, :length] = 1
            chunks.append((torch.tensor(members), {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}))
        cosines = (query_vectors[rows].unsqueeze(1) * passage_vectors[torch.tensor(documents)]).sum(-1)
        return chunks, cosines

    def score(chunks: list[tuple[torch.Tensor, dict[str, torch.Tensor]]]) -> torch.Tensor:
        members = torch.cat([members for members, _ in chunks])
        with torch.autocast("cpu", torch.bfloat16):
            logits = torch.cat([model(**inputs).logits[:, 0] for _, inputs in chunks]).float()
        return logits[torch.argsort(members)].view(-1, LIST)

    model = load_model(options.model, dropout=0.0)
    decayed = [p for name, p in model.named_parameters() if p.dim() > 1]
    rest = [p for name, p in model.named_parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=options.learning_rate, betas=(0.9, 0.98))
    checks = [batch(sorted(held_out)[at : at + 32], random.Random(7)) for at in range(0, 96, 32)]

    def check() -> str:
        model.eval()
        with torch.inference_mode():
            scores = torch.cat([score(chunks) for chunks, _ in checks])
        cosines = torch.cat([cosines for _, cosines in checks])
        target = (cosines / TEMPERATURE).softmax(-1)
        divergence = (target * (target.log() - scores.log_softmax(-1))).sum(-1).mean()
        same = (scores.argmax(-1) == cosines.argmax(-1)).float().mean()
        agree = ((scores.unsqueeze(2) - scores.unsqueeze(1)) * (cosines.unsqueeze(2) - cosines.unsqueeze(1)) > 0).float().sum() / (cosines.numel() * (LIST - 1))
        model.train()
        return f"held out: divergence {divergence:.4f}, same first {same:.3f}, pairs in order {agree:.3f}"

    start, tokens, step, queue = time.time(), 0, 0, []
    while True:
        # Whichever comes first: the number of steps or the time. The learning rate falls to zero by then.
        fraction = max(step / options.steps, (time.time() - start) / (60 * options.minutes))
        if fraction >= 1:
            break
        if len(queue) < options.lists:
            chance.shuffle(training)
            queue += training
        rows, queue = queue[: options.lists], queue[options.lists :]
        chunks, cosines = batch(rows, chance)
        rate = options.learning_rate * min(1, (step + 1) / 100) * (1 - fraction)
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = torch.sum(-(cosines / TEMPERATURE).softmax(-1) * score(chunks).log_softmax(-1), -1).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        tokens += sum(int(inputs["attention_mask"].sum()) for _, inputs in chunks)
        step += 1
        if step in (10, 50, 100) or step % 200 == 0:
            print(f"{step} steps, {time.time() - start:.0f} s, {time.process_time():.0f} s of one core, {tokens / 1e6:.2f}M tokens, lr {rate:.1e}; {check()}", flush=True)
            save_model(model, options.model)
    save_model(model, options.model)
    print(f"done: {step} steps, {tokens / 1e6:.2f}M tokens, {time.time() - start:.0f} s, {time.process_time():.0f} s of one core; {check()}")


if __name__ == "__main__":
    main()
