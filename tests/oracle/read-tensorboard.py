"""Reads the event files of an output folder with TensorBoard itself, and compares them with log.jsonl beside them.

python tests/oracle/read-tensorboard.py OUT      (pip install tensorboard)
"""

import json
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

FIELDS = {"train/loss": "loss", "train/gradNorm": "gradNorm", "train/learningRate": "learningRate"}


def same(a, b):
    """As float32."""
    return abs(a - b) <= 1e-6 * max(1e-30, abs(b))


def main(out):
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    files = sorted((out / "tensorboard").rglob("*tfevents*"))
    assert files, f"{out}/tensorboard: no event files"
    # The newest experiment is the log's.
    experiment = max({file.parent.parent for file in files}, key=lambda folder: folder.name)
    compared = 0
    for stage in dict.fromkeys(line["stage"] for line in lines):
        folder = experiment / stage.replace("→", "-").replace(" ", "-")
        (file,) = folder.iterdir()
        records = sum(1 for _ in RawEventFileLoader(str(file)).Load())  # Checks every CRC.
        events = EventAccumulator(str(folder), size_guidance={"tensors": 0, "scalars": 0}).Reload()
        scalars = {tag: events.Scalars(tag) for tag in events.Tags()["scalars"]}
        own = [line for line in lines if line["stage"] == stage]
        for tag, field in [*FIELDS.items(), ("train/tokensPerSecond", None)]:
            found = scalars[tag]
            assert [row.step for row in found] == sorted(line["step"] for line in own), f"{tag}: other steps"
            times = [row.wall_time for row in found]
            assert times == sorted(times) and times[0] > 1.5e9, f"{tag}: wall times out of order"
            for row, line in zip(found, sorted(own, key=lambda line: line["step"])):
                wanted = line[field] if field else 1000 * line["tokens"] / line["ms"]
                assert same(row.value, wanted), f"{stage} step {row.step} {tag}: expected {wanted}, found {row.value}"
                compared += 1
        validations = sorted(tag for tag in scalars if tag.startswith("validation/"))
        print(f"{stage}: {records} records, {len(own)} steps from {times[0]:.0f} to {times[-1]:.0f}; validation: {', '.join(validations) or 'none'}")
    print(f"{compared} values equal those of log.jsonl")


main(Path(sys.argv[1]))
