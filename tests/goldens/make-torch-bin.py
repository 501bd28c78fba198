"""Makes torch-bin/ with torch 2.5.1: one state dict in PyTorch's two formats, and files that must be refused.
Values are in torch-bin.json, as float32."""
import collections
import json
import os
import pathlib
import pickle
import zipfile

import torch
from safetensors.torch import load_file

here = pathlib.Path(__file__).parent / "torch-bin"
here.mkdir(exist_ok=True)
generator = torch.Generator().manual_seed(42)
random = lambda *shape: torch.randn(*shape, generator=generator)

shared = random(4, 6)
floats = collections.OrderedDict(
    {
        "encoder.weight": random(3, 4),
        "encoder.bias": random(4),
        "half": torch.cat([random(9), torch.tensor([65504.0, 6e-8, -0.0])]).half(),
        "brain": (random(5, 2) * 1e10).bfloat16(),
        "double": random(3).double(),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 7),
        # Views: of one storage, transposed, cut out, repeated by a stride of 0, and with every second value.
        "whole": shared,
        "tied": shared,
        "transposed": shared.t(),
        "cut": shared[1:3, 2:5],
        "repeated": shared[0].expand(3, 6),
        "strided": shared[:, ::2],
        "permuted": random(2, 3, 4).permute(2, 0, 1),
        "parameter": torch.nn.Parameter(random(2, 2)),
    }
)
others = {"position_ids": torch.arange(6).unsqueeze(0), "mask": torch.tensor([True, False])}
state = collections.OrderedDict({**floats, **others})
state._metadata = collections.OrderedDict({"": {"version": 1}})

torch.save(state, here / "zip.bin")
torch.save(state, here / "legacy.bin", _use_new_zipfile_serialization=False)
torch.save({"epoch": 3, "state_dict": {"w": random(2)}, "losses": [0.5]}, here / "nested.bin")


class Evil:
    def __reduce__(self):
        return os.system, ("touch evil-was-here",)


torch.save({"w": random(2), "evil": Evil()}, here / "evil.bin")
torch.save({"w": random(2), "evil": Evil()}, here / "evil-legacy.bin", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(2, 2), here / "whole-module.bin")
torch.save([1, 2], here / "list.bin")

# The same zip packed again, as a file manager would: its entries are deflated.
with zipfile.ZipFile(here / "zip.bin") as source, zipfile.ZipFile(here / "deflated.bin", "w", zipfile.ZIP_DEFLATED) as target:
    for entry in source.namelist():
        target.writestr(zipfile.ZipInfo(entry), source.read(entry), zipfile.ZIP_DEFLATED)

# A masked language model as older programs saved it: TensorFlow's names for norms, a decoder that shares its weight, position ids.
tiny = {
    name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
    for name, tensor in load_file(here.parent / "tiny-models" / "bert.safetensors").items()
    if not name.startswith("classifier.")
}
embeddings = tiny["bert.embeddings.word_embeddings.weight"]
language_model = {
    "bert.embeddings.position_ids": torch.arange(24).unsqueeze(0),
    **tiny,
    "cls.predictions.decoder.weight": embeddings,
    "cls.predictions.bias": torch.zeros(len(embeddings)),
}
torch.save(language_model, here / "language-model.bin", _use_new_zipfile_serialization=False)

tensors = {
    name: {"shape": list(t.shape), "values": t.detach().float().flatten().tolist()} for name, t in floats.items()
}
(here / "torch-bin.json").write_text(json.dumps(tensors, indent=0) + "\n")
