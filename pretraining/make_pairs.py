"""Makes the texts of pre-training: queries and passages from dictionaries and package descriptions, with MiniLM's vectors.

    python make_pairs.py --wordnet DIR --gcide DIR --descriptions FILE --teacher MINILM_FOLDER --out pairs.pt

A passage is a dictionary entry, a synset with its neighbours, or a package's description, up to 70 words. A query is a word,
a gloss that does not name its word, a synopsis, a sentence taken out of a passage, or a few words of one. Nothing is labelled
here: the teacher's cosine of two vectors says how well a passage answers a query.
"""

import argparse
import random
import re
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer
from wordfreq import zipf_frequency

from gcide import read_entries
from package_descriptions import read_descriptions
from wordnet import read_synsets

STOP = set("a an the of or and to in on for with by as is are be that which from at it its not one who any used having".split())
ASK = ("what is {}", "what does {} mean", "{}", "{}", "{}", "how does {} work", "{} explained", "why {}", "what are {}")


def crop(text: str, words: int) -> str:
    return " ".join(text.split()[:words])


def make_texts(options, chance: random.Random) -> tuple[list[str], list[str], list[int]]:
    """Passages, queries, and for each query the passage that it was made for."""
    passages: list[str] = []
    queries: list[tuple[str, int]] = []

    def ask_about(passage: int, words: list[str]) -> None:
        queries.append((chance.choice(ASK).format(chance.choice(words)), passage))

    def ask_with_words_of(passage: int) -> None:
        text = passages[passage]
        sentences = [s for s in re.split(r"(?<=[.;])\s+", text) if 5 <= len(s.split()) <= 22]
        if len(sentences) > 1 and chance.random() < 0.4:
            sentence = chance.choice(sentences)
            if chance.random() < 0.7:
                passages[passage] = text.replace(sentence, " ").strip()
            queries.append((sentence.strip(" .;"), passage))
            return
        content = list(dict.fromkeys(w for w in re.findall(r"[a-z]{3,}", text.lower()) if w not in STOP))
        if len(content) >= 5:
            chosen = sorted(chance.sample(range(len(content)), chance.randint(2, 5)))
            prefix = chance.choice(("", "", "how ", "why ", "what ", "can ", "when does "))
            queries.append((prefix + " ".join(content[i] for i in chosen), passage))

    synsets = read_synsets(options.wordnet)
    by_key = {synset.key: synset for synset in synsets}
    sisters: dict[str, list[str]] = {}
    for synset in synsets:
        for key in synset.hypernyms:
            sisters.setdefault(key, []).append(synset.key)
    glosses: dict[str, list[str]] = {}
    for synset in synsets:
        for word in synset.words:
            glosses.setdefault(word.lower(), []).append(f"{synset.gloss}.")
    entries = read_entries(options.gcide)
    entry_of: dict[str, int] = {}

    chance.shuffle(entries)
    for word, text in entries:
        if 12 <= len(text.split()) and zipf_frequency(word, "en") >= 2.0 and len(entry_of) < options.entries:
            entry_of.setdefault(word, len(passages))
            head = f"{word}: " if chance.random() < 0.5 else ""
            if chance.random() < 0.5:
                text = " ".join([text, *glosses.get(word, [])])
            passages.append(head + crop(text, chance.randint(25, 75)))
            if chance.random() < 0.5:
                ask_with_words_of(len(passages) - 1)
            if chance.random() < 0.3:
                ask_about(len(passages) - 1, [word])

    chance.shuffle(synsets)
    used = 0
    for synset in synsets:
        if max(zipf_frequency(word, "en") for word in synset.words) < 2.2 or used >= options.synsets:
            continue
        used += 1
        home = next((entry_of[w.lower()] for w in synset.words if w.lower() in entry_of), None)
        if home is not None and len(synset.gloss.split()) >= 4:
            queries.append((crop(synset.gloss, 16), home))
        more = [by_key[key] for key in synset.hypernyms if key in by_key]
        parts = [f"{', '.join(synset.words)}: {synset.gloss}." if chance.random() < 0.6 else f"{synset.gloss}."]
        parts += [example + "." for example in synset.examples]
        parts += [f"{m.words[0]}: {m.gloss}." for m in more]
        wanted = chance.choice((15, 30, 50, 75))
        for key in synset.hypernyms:
            for sister in chance.sample(sisters[key], min(5, len(sisters[key]))):
                if sum(len(part.split()) for part in parts) < wanted and sister != synset.key:
                    other = by_key[sister]
                    parts.append(f"{other.words[0]}: {other.gloss}.")
        if chance.random() < 0.5:
            first, rest = parts[0], parts[1:]
            chance.shuffle(rest)
            rest.insert(chance.randint(0, len(rest)), first)
            parts = rest
        passages.append(crop(" ".join(parts), 75))
        ask_about(len(passages) - 1, synset.words)
        if chance.random() < 0.4:
            ask_with_words_of(len(passages) - 1)

    descriptions = read_descriptions(options.descriptions)
    chance.shuffle(descriptions)
    for synopsis, text in descriptions[: options.described]:
        passages.append(crop(text, chance.randint(40, 70)))
        queries.append((synopsis, len(passages) - 1))
        if chance.random() < 0.7:
            ask_with_words_of(len(passages) - 1)

    return passages, [q for q, _ in queries], [p for _, p in queries]


@torch.inference_mode()
def encode(texts: list[str], folder: Path, max_length: int) -> torch.Tensor:
    """Sentence vectors of the teacher: mean of its last states, length 1. [texts, 384], half precision."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, torch_dtype=torch.bfloat16).eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = torch.empty(len(texts), model.config.hidden_size, dtype=torch.float16)
    for start in range(0, len(order), 128):
        rows = order[start : start + 128]
        batch = tokenizer([texts[i] for i in rows], padding=True, truncation=True, max_length=max_length, return_tensors="pt")
        states = model(**batch).last_hidden_state.float()
        mask = batch["attention_mask"].unsqueeze(-1).float()
        vectors[rows] = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1).half()
        if start % 12800 == 0:
            print(f"{start} of {len(order)} texts", flush=True)
    return vectors


def main() -> None:
    arguments = argparse.ArgumentParser()
    for name in ("wordnet", "gcide", "descriptions", "teacher", "out"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--entries", type=int, default=22000)
    arguments.add_argument("--synsets", type=int, default=26000)
    arguments.add_argument("--described", type=int, default=12000)
    arguments.add_argument("--seed", type=int, default=42)
    options = arguments.parse_args()
    torch.set_num_threads(1)

    passages, queries, home = make_texts(options, random.Random(options.seed))
    print(f"{len(passages)} passages, {len(queries)} queries")
    torch.save(
        {
            "passages": passages,
            "queries": queries,
            "home": torch.tensor(home),
            "query_vectors": encode(queries, options.teacher, 32),
            "passage_vectors": encode(passages, options.teacher, 100),
        },
        options.out,
    )


if __name__ == "__main__":
    main()
