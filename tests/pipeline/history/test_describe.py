"""What a terminal says of a component's result."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tensorflow_metadata.proto.v0 import anomalies_pb2

from components.data_validation.verdict import DataFinding, DataVerdict
from components.json_example_gen.row_counts import RowCounts
from components.run_records import DONE, ArtifactRecord, StepRecord
from pipeline.dag import component_ids as ids
from pipeline.history.describe import describe, format_counts, format_data

NOW = datetime(2026, 1, 2)


def validated(folder: Path, **found: anomalies_pb2.Anomalies) -> StepRecord:
    for split, message in found.items():
        (folder / f"Split-{split}").mkdir()
        (folder / f"Split-{split}" / "SchemaDiff.pb").write_bytes(message.SerializeToString())
    properties = {"split_names": '["train", "eval"]'}
    artifact = ArtifactRecord(1, "ExampleAnomalies", str(folder), properties)
    return StepRecord(ids.EXAMPLE_VALIDATOR, 1, DONE, NOW, NOW, {"anomalies": [artifact]})


@pytest.fixture
def odd() -> anomalies_pb2.AnomalyInfo:
    return anomalies_pb2.AnomalyInfo(short_description="odd", description="very odd")


def test_rows_are_counted_with_what_was_read_as_empty():
    said = format_counts(RowCounts(4_006, 4_000, 1, {"U.S. NEWS": 2}, {"eval: x": 3}))
    assert said == (
        "4,006 rows read, 4,000 accepted, 2 of U.S. NEWS excluded, 3 left out, 1 quarantined"
    )
    said = format_counts(RowCounts(4_000, 4_000, emptied={"date": 4_000}))
    assert said.endswith(", 0 quarantined, unusable and read as empty: date (4,000)")


def test_data_without_anomalies(tmp_path: Path):
    none = anomalies_pb2.Anomalies()
    assert describe(validated(tmp_path, train=none, eval=none)) == "no anomalies"


def test_anomalies_of_features_and_of_all_rows_are_named(
    tmp_path: Path, odd: anomalies_pb2.AnomalyInfo
):
    whole = anomalies_pb2.Anomalies(dataset_anomaly_info=odd)
    feature = anomalies_pb2.Anomalies(anomaly_info={"headline": odd})
    said = describe(validated(tmp_path, train=whole, eval=feature))
    assert said == "anomalies in train: all rows, eval: headline"


def data_finding(severity: str, passed: bool, sentence: str = "it moved") -> DataFinding:
    settings = ["validation.drift"]
    return DataFinding("drift", "all rows", 1, 0, 0.5, severity, passed, sentence, settings)


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([("stop", True), ("warn", True)], "holds: 2 rules"),
        ([("stop", True), ("warn", False)], "holds, 1 of 2 rules warn: it moved"),
        ([("warn", False), ("stop", False)], "REFUSED, it moved"),
        ([("stop", False)] * 9, "REFUSED, it moved; it moved; it moved; and 6 more, see `newscat"),
    ],
)
def test_the_verdict_on_the_data_is_one_line(findings: list[tuple[str, bool]], said: str):
    verdict = DataVerdict([data_finding(*each) for each in findings], None, [], "2026-01-02")
    assert format_data(verdict).startswith(said)


def test_a_refusal_says_all_that_is_broken_and_how_to_accept_it():
    broken = [data_finding("stop", False, f"figure {number} moved") for number in range(9)]
    refusal = DataVerdict([*broken, data_finding("warn", False)], None, [], "").refusal
    assert all(f"figure {number} moved" in refusal for number in range(9))
    assert "it moved" not in refusal and "validation.drift" in refusal and "\n" not in refusal
