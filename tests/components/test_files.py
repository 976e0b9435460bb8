"""Documents of runs: a format number, every earlier one read, damaged ones named in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.classifier.history import read_history
from components.duplicates.counts import DuplicateCounts
from components.errors import SettingsError
from components.evaluation.verdict import read_verdict
from components.files import DocumentError, read_document, write_document
from components.json_example_gen.row_counts import (
    FileCounts,
    RowCounts,
    read_row_counts,
    write_row_counts,
)
from components.serving_check.findings import Finding, read_findings

# As runs left them before documents had a format number.
MEASURED = {
    "overall": {"top_1": 0.8},
    "by_class": {"CRIME": {"top_1": 0.5}},
    "by_slice": {},
    "confusion": [[3, 1], [0, 2]],
    "calibration": [{"low": 0.0, "high": 1.0, "rows": 6, "mean_confidence": 0.7, "accuracy": 0.8}],
}
RULE = {"metric": "top_1", "slice": "overall", "kind": "least", "bound": 0.6, "passed": True}
FIRST = {
    "verdict.json": json.dumps(
        {
            "blessed": True,
            "rules": [{**RULE, "value": 0.8, "baseline": None}],
            "candidate": MEASURED,
            "baseline": None,
            "comparison": {
                "candidate": "model 8",
                "baseline": None,
                "reason": "no model has been blessed yet",
                "examples": "examples 1",
            },
            "too_small": {"CRIME": 4},
        }
    ),
    "findings.json": json.dumps(
        [{"name": "top_3", "passed": True, "expected": "a", "seen": "b", "value": None, "bound": 1}]
    ),
    "row_counts.json": '["accepted", "", 5]\n["excluded", "U.S. NEWS", 2]\n',
    "history.json": json.dumps({"epochs": [{"number": 1, "train": {}, "eval": {}}]}),
}
READERS: dict[str, Callable[[str], Any]] = {
    "verdict.json": read_verdict,
    "findings.json": read_findings,
    "row_counts.json": read_row_counts,
    "history.json": read_history,
}


def test_documents_of_the_first_format_are_read(tmp_path: Path):
    for name, text in FIRST.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    verdict = read_verdict(str(tmp_path))
    assert str(verdict.rules[0]) == "top_1 is 0.8000, at least 0.6 asked"
    assert verdict.candidate.confusion.tolist() == MEASURED["confusion"]
    assert read_findings(str(tmp_path)) == [Finding("top_3", True, "a", "b", None, 1)]
    assert read_row_counts(str(tmp_path)) == RowCounts(
        read=7, accepted=5, excluded={"U.S. NEWS": 2}
    )
    assert read_history(str(tmp_path))[0]["number"] == 1


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"format": 2}', "\x00\x01"])
def test_a_damaged_document_is_named_in_one_sentence(tmp_path: Path, name: str, damage: str):
    (tmp_path / name).write_text(damage, encoding="utf-8")
    with pytest.raises(DocumentError, match=rf"{name}: is damaged"):
        READERS[name](str(tmp_path))


@pytest.mark.parametrize("name", READERS)
def test_a_later_version_s_document_is_named_as_such(tmp_path: Path, name: str):
    (tmp_path / name).write_text('{"format": 99, "what": "ever"}', encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"{name}: was written by a later version .*99"):
        READERS[name](str(tmp_path))


@pytest.mark.parametrize("name", READERS)
def test_a_missing_document_is_named(tmp_path: Path, name: str):
    with pytest.raises(DocumentError, match=rf"{name}: is not there"):
        READERS[name](str(tmp_path))


@pytest.mark.parametrize("format_", [2, 3])
def test_row_counts_of_earlier_formats_are_read(tmp_path: Path, format_: int):
    text = '{"format": %d, "outcomes": [["accepted", "", 5], ["excluded", "U.S. NEWS", 2]]}'
    text %= format_
    (tmp_path / "row_counts.json").write_text(text, "utf-8")
    assert read_row_counts(str(tmp_path)) == RowCounts(
        read=7, accepted=5, excluded={"U.S. NEWS": 2}
    )


def test_a_document_says_its_format_and_comes_back(tmp_path: Path):
    path = str(tmp_path / "some.json")
    write_document(path, 3, {"numbers": [1, 2]})
    assert json.loads((tmp_path / "some.json").read_text("utf-8"))["format"] == 3
    assert read_document(path, 3, lambda content: content["numbers"]) == [1, 2]
    file = FileCounts("a.json", 9, "f1", 5, 4, 0, 0, 1)
    counts = RowCounts(5, 4, 1, {}, {}, {"date": 3}, {"train": 4}, [file], None)
    counts = replace(counts, duplicates=DuplicateCounts(1, None, 2, 0))
    write_row_counts(str(tmp_path), counts)
    assert json.loads((tmp_path / "row_counts.json").read_text("utf-8"))["format"] == 4
    assert read_row_counts(str(tmp_path)) == counts
