"""What ExampleValidator found odd, read from its artifact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.files import open_file

_FILE = "SchemaDiff.pb"
_WHOLE_SPLIT = "all rows"
_NEW_FEATURE = "SCHEMA_NEW_COLUMN"


@dataclass(frozen=True)
class Anomaly:
    """Something odd about one feature of one split, or about all rows of it.

    Attributes:
        split: name of the split.
        feature: of the rows, or 'all rows'.
        summary: in two or three words.
        description: in a sentence.
        kinds: TFDV's names of what is odd.
    """

    split: str
    feature: str
    summary: str
    description: str
    kinds: tuple[str, ...] = ()

    @property
    def is_new_feature(self) -> bool:
        """Whether the schema merely lacks the feature."""
        return self.kinds == (_NEW_FEATURE,)


def read_anomalies(uri: str, splits: list[str]) -> Iterator[Anomaly]:
    """The anomalies of an ExampleAnomalies artifact.

    Args:
        uri: of the artifact.
        splits: that were validated.
    """
    from tensorflow_metadata.proto.v0 import anomalies_pb2

    type_name = anomalies_pb2.AnomalyInfo.Type.Name
    for split in splits:
        path = f"{uri}/Split-{split}/{_FILE}"
        message = anomalies_pb2.Anomalies()
        with open_file(path, "rb") as file:
            message.ParseFromString(file.read())
        found = dict(sorted(message.anomaly_info.items()))
        if message.HasField("dataset_anomaly_info"):
            found = {_WHOLE_SPLIT: message.dataset_anomaly_info, **found}
        for feature, anomaly in found.items():
            kinds = tuple(type_name(reason.type) for reason in anomaly.reason)
            yield Anomaly(split, feature, anomaly.short_description, anomaly.description, kinds)
