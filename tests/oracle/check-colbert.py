"""Are the numbers of tests/goldens/late-interaction those of the colbert-ai package itself?

Needs colbert-ai 0.2.22, torch, transformers. Run: python tests/oracle/check-colbert.py
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from colbert.infra import ColBERTConfig
from colbert.modeling.checkpoint import Checkpoint
from colbert.modeling.colbert import ColBERT, colbert_score

GOLDEN = Path(__file__).parent.parent / "goldens" / "late-interaction"


def main():
    expected = json.loads((GOLDEN / "expected.json").read_text())
    # Spares compiling an extension that scores no query here.
    ColBERT.loaded_extensions = True
    with tempfile.TemporaryDirectory() as folder:
        for name in ("config.json", "model.safetensors"):
            shutil.copy(GOLDEN / name, folder)
        special = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
        PreTrainedTokenizerFast(tokenizer_file=str(GOLDEN / "tokenizer.json"), **special).save_pretrained(folder)
        config = json.loads((Path(folder) / "config.json").read_text())
        # The package takes the family from the name of its base; here it is this folder's own.
        config["_name_or_path"] = "bert-base-uncased"
        (Path(folder) / "config.json").write_text(json.dumps(config))
        settings = ColBERTConfig(query_maxlen=32, doc_maxlen=300, dim=8, mask_punctuation=True, checkpoint=folder)
        model = Checkpoint(folder, colbert_config=settings, verbose=0)
        with torch.no_grad():
            queries = model.queryFromText(expected["queries"])
            documents = [model.docFromText([text], keep_dims=False)[0] for text in expected["documents"]]
        largest = 0.0
        for i, vectors in enumerate(expected["queryVectors"]):
            largest = max(largest, (queries[i] - torch.tensor(vectors)).abs().max().item())
        for i, vectors in enumerate(expected["documentVectors"]):
            assert len(documents[i]) == expected["documentLengths"][i]
            largest = max(largest, (documents[i][: len(vectors)].float() - torch.tensor(vectors)).abs().max().item())
        print(f"token vectors: largest difference {largest:.2e}")
        off = 0.0
        for i, row in enumerate(expected["scores"]):
            for j, score in enumerate(row):
                d = documents[j][None].float()
                mask = torch.ones(1, d.size(1), 1, dtype=torch.bool)
                found = colbert_score(queries[i : i + 1], d, mask, config=ColBERTConfig()).item()
                off = max(off, abs(found - score))
        print(f"MaxSim: largest difference {off:.2e}")


if __name__ == "__main__":
    main()
