"""A tiny ColBERT (BERT + linear.weight) with random weights: token vectors and MaxSim scores of texts, and the same encoder as a
bi-encoder with mean pooling.

Reference: torch 2.5.1 (CPU, float32), transformers 4.46.3, sentence-transformers 3.4.1, numpy. Markers, masks and punctuation as colbert-ai
0.2.22 (QueryTokenizer, DocTokenizer, ColBERT). Writes tests/goldens/late-interaction/.
Run: python tests/goldens/make-late-interaction.py
"""

import json
import string
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer, models
from transformers import BertConfig, BertModel, BertTokenizerFast

OUT = Path(__file__).parent / "late-interaction"
WORDS = "a the of is what how does cat dog fish bird sleep eat run swim fly fast slow red blue green and in on un ##s ##ing ##ed".split()
SPECIAL = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = SPECIAL + list(string.punctuation) + WORDS
HIDDEN, DIMENSION, QUERY_LENGTH, DOCUMENT_LENGTH = 16, 8, 32, 300
QUERIES = ["what does the cat eat?", "how fast is the bird", "fish " * 40]
DOCUMENTS = [
    "The cat eats fish, and sleeps.",
    "a bird flying fast (in the blue)!",
    "dogs run; cats sleep",
    "",
    "red fish, blue fish. " * 80,
]


def token_vectors(model, weight, ids, attention):
    hidden = model(input_ids=torch.tensor([ids]), attention_mask=torch.tensor([attention])).last_hidden_state[0]
    vectors = (hidden @ weight.T).detach().numpy()
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def main():
    OUT.mkdir(exist_ok=True)
    (OUT / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    tokenizer = BertTokenizerFast(str(OUT / "vocab.txt"), do_lower_case=True)
    (OUT / "vocab.txt").unlink()
    tokenizer.backend_tokenizer.save(str(OUT / "tokenizer.json"))
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=DOCUMENT_LENGTH,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.4,
        torch_dtype="float32",
        architectures=["HF_ColBERT"],
    )
    torch.manual_seed(42)
    model = BertModel(config, add_pooling_layer=False).eval()
    weight = torch.randn(DIMENSION, HIDDEN) * 0.4
    (OUT / "config.json").write_text(config.to_json_string(use_diff=True))
    tensors = {f"bert.{name}": value.contiguous() for name, value in model.state_dict().items()}
    save_file({**tensors, "linear.weight": weight}, OUT / "model.safetensors", metadata={"format": "pt"})

    ids_of = tokenizer.convert_tokens_to_ids
    skipped = {tokenizer.encode(symbol, add_special_tokens=False)[0] for symbol in string.punctuation}
    queries, documents = [], []
    for text in QUERIES:
        ids = tokenizer(text, truncation=True, max_length=QUERY_LENGTH - 1)["input_ids"]
        ids = ids[:1] + [ids_of("[unused0]")] + ids[1:]
        masks = QUERY_LENGTH - len(ids)
        vectors = token_vectors(model, weight, ids + [ids_of("[MASK]")] * masks, [1] * len(ids) + [0] * masks)
        queries.append(vectors)
    for text in DOCUMENTS:
        ids = tokenizer(text, truncation=True, max_length=DOCUMENT_LENGTH - 1)["input_ids"]
        ids = ids[:1] + [ids_of("[unused1]")] + ids[1:]
        vectors = token_vectors(model, weight, ids, [1] * len(ids))
        documents.append(vectors[[i not in skipped for i in ids]])
    scores = [[float((q @ d.T).max(1).sum()) for d in documents] for q in queries]

    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        transformer = models.Transformer(folder, max_seq_length=256)
        pooling = models.Pooling(HIDDEN, "mean")
        bi_encoder = SentenceTransformer(modules=[transformer, pooling, models.Normalize()], device="cpu")
        dense = [bi_encoder.encode(texts, batch_size=1).tolist() for texts in (QUERIES, DOCUMENTS)]

    rounded = lambda vectors: [[round(float(x), 6) for x in v] for v in vectors]
    expected = {
        "queries": QUERIES,
        "documents": DOCUMENTS,
        "queryVectors": [rounded(v) for v in queries],
        # Of the longest one only the first.
        "documentVectors": [rounded(v[:40]) for v in documents],
        "documentLengths": [len(v) for v in documents],
        "scores": scores,
        "dense": {"queries": rounded(dense[0]), "documents": rounded(dense[1])},
    }
    (OUT / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
