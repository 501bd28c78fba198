"""LoRA on the tiny cross-encoders: peft's matrices before and after five updates of AdamW, its losses, and the merged weights.

Reference: peft 0.13.2, torch 2.5.1 (CPU, float32), transformers 4.46.3, safetensors. Reads and writes tests/goldens/tiny-models/.
Run after make-tiny-models.py: python tests/goldens/make-lora.py
"""

import json
from pathlib import Path

import torch
from peft import LoraConfig, TaskType, get_peft_model, get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForSequenceClassification

FOLDER = Path(__file__).parent / "tiny-models"
STEPS = 5
LEARNING_RATE = 5e-3
CLIP_NORM = 0.5
# Every kind of layer, keys and values together and apart.
OPTIONS = {
    "bert": dict(r=4, lora_alpha=8, target_modules=["query", "value"]),
    "electra": dict(r=3, lora_alpha=6, target_modules=["query", "key", "value", "attention.output.dense", "intermediate.dense"]),
    "roberta": dict(r=8, lora_alpha=4, target_modules=["key", "output.dense"]),
}


def cross_entropy_of_pairs(s, y):
    above = y[:, :, None] > y[:, None, :]
    return torch.nn.functional.softplus(-(s[:, :, None] - s[:, None, :]))[above].mean()


def trained(model):
    """Adapters and classifier, by their names without peft's prefix."""
    state = get_peft_model_state_dict(model)
    return {name.removeprefix("base_model.model."): tensor.detach().clone() for name, tensor in state.items()}


def main():
    for family, options in OPTIONS.items():
        expected = json.loads((FOLDER / f"{family}.expected.json").read_text())
        config = AutoConfig.for_model(**json.loads((FOLDER / f"{family}.config.json").read_text()))
        base = AutoModelForSequenceClassification.from_config(config)
        base.load_state_dict(load_file(FOLDER / f"{family}.safetensors"))
        torch.manual_seed(42)
        model = get_peft_model(base, LoraConfig(task_type=TaskType.SEQ_CLS, lora_dropout=0.0, **options)).eval()
        labels = torch.tensor(expected["labels"])
        before = trained(model)

        def loss():
            one = lambda ids, kinds: model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([kinds])).logits.view(1)
            scores = torch.cat([one(*pair) for pair in zip(expected["sequences"], expected["tokenTypes"])])
            return cross_entropy_of_pairs(scores.view(labels.shape), labels)

        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.01)
        steps = []
        for _ in range(STEPS):
            optimizer.zero_grad()
            value = loss()
            value.backward()
            norm = torch.nn.utils.clip_grad_norm_(parameters, CLIP_NORM)
            optimizer.step()
            steps.append({"loss": value.item(), "gradientNorm": norm.item()})
        after = trained(model)
        with torch.no_grad():
            last = loss().item()
        merged = model.merge_and_unload().state_dict()
        start = load_file(FOLDER / f"{family}.safetensors")
        changed = {name: tensor.contiguous() for name, tensor in merged.items() if not torch.equal(tensor, start[name])}
        tensors = {"before": before, "after": after, "merged": changed}
        save_file(
            {f"{when}/{name}": tensor.contiguous() for when, some in tensors.items() for name, tensor in some.items()},
            FOLDER / f"{family}.lora.safetensors",
        )
        golden = {
            "options": {"rank": options["r"], "alpha": options["lora_alpha"], "targets": options["target_modules"]},
            "learningRate": LEARNING_RATE,
            "clipNorm": CLIP_NORM,
            "trainable": sum(parameter.numel() for parameter in parameters),
            "steps": steps,
            "lossAfter": last,
        }
        (FOLDER / f"{family}.lora.json").write_text(json.dumps(golden) + "\n")


main()
