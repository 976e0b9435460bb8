"""What ExampleValidator found odd, read from its artifact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.files import open_file

_FILE = "SchemaDiff.pb"
_WHOLE_SPLIT = "all rows"


@dataclass(frozen=True)
class Anomaly:
    """Something odd about one feature of one split, or about all rows of it."""

    split: str
    feature: str
    summary: str
    description: str


def read_anomalies(uri: str, splits: list[str]) -> Iterator[Anomaly]:
    """The anomalies of an ExampleAnomalies artifact.

    Args:
        uri: of the artifact.
        splits: that were validated.
    """
    from tensorflow_metadata.proto.v0 import anomalies_pb2

    for split in splits:
        path = f"{uri}/Split-{split}/{_FILE}"
        message = anomalies_pb2.Anomalies()
        with open_file(path, "rb") as file:
            message.ParseFromString(file.read())
        found = dict(sorted(message.anomaly_info.items()))
        if message.HasField("dataset_anomaly_info"):
            found = {_WHOLE_SPLIT: message.dataset_anomaly_info, **found}
        for feature, anomaly in found.items():
            yield Anomaly(split, feature, anomaly.short_description, anomaly.description)
