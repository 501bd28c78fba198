"""Makes safetensors.safetensors and safetensors.json with the reference library (safetensors 0.4+, torch 2.5.1):
tensors of several dtypes, and their values as float32 in JSON."""
import json
import pathlib

import torch
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent
generator = torch.Generator().manual_seed(42)
random = lambda *shape: torch.randn(*shape, generator=generator)
floats = {
    "encoder.weight": random(3, 4),
    "encoder.bias": random(4),
    "half": torch.cat([random(9), torch.tensor([65504.0, 6e-8, -0.0])]).half(),
    "brain": (random(5, 2) * 1e10).bfloat16(),
    "scalar": torch.tensor(1.5),
    "empty": torch.zeros(0, 7),
}
others = {"position_ids": torch.arange(6).unsqueeze(0), "ids32": torch.arange(3, dtype=torch.int32)}
save_file({**floats, **others}, here / "safetensors.safetensors", metadata={"format": "pt"})
tensors = {
    name: {"dtype": str(t.dtype), "shape": list(t.shape), "values": t.float().flatten().tolist()}
    for name, t in floats.items()
}
(here / "safetensors.json").write_text(json.dumps({"tensors": tensors}, indent=0) + "\n")
