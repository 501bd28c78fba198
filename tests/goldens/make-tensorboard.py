"""Makes tensorboard.json: events, and the bytes of the file that tensorboard makes of them.

Reference: tensorboard 2.21.0 (RecordWriter, event_pb2, summary_pb2). Run: python tests/goldens/make-tensorboard.py
"""

import base64
import io
import json
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

STARTED_AT = 1700000000
EVENTS = [
    {"wallTime": 1700000000.25, "step": 0, "scalars": {"validation/loss": 0.6931471824645996}},
    {"wallTime": 1700000001.5, "step": 1, "scalars": {"train/loss": 2.5, "train/learningRate": 9.999999747378752e-06}},
    {"wallTime": 1700000002.125, "step": 300, "scalars": {"train/loss": -0.0, "validation/nDCG@10": 0.75, "größer": 1e30}},
    {"wallTime": 1700086400.0, "step": 5000000000, "scalars": {"train/gradNorm": 123456.0}},
]


def main():
    file = io.BytesIO()
    writer = RecordWriter(file)
    writer.write(Event(wall_time=STARTED_AT, file_version="brain.Event:2").SerializeToString())
    for event in EVENTS:
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in event["scalars"].items()]
        record = Event(wall_time=event["wallTime"], step=event["step"], summary=Summary(value=values))
        writer.write(record.SerializeToString())
    golden = {"startedAt": STARTED_AT, "events": EVENTS, "base64": base64.b64encode(file.getvalue()).decode()}
    (Path(__file__).parent / "tensorboard.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


main()
