"""`newscat runs`: one run that cannot be read does not hide the others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from components.run_records import DONE, ArtifactRecord, RunRecord, RunRecords, StepRecord
from pipeline.cli.runs import runs

NOW = datetime(2026, 1, 2)


def run_record(name: str, folder: Path) -> RunRecord:
    outputs = {"Evaluator": "evaluation", "Pusher": "pushed_model"}
    steps = {
        component: StepRecord(
            component, 1, DONE, NOW, NOW, {key: [ArtifactRecord(1, "Any", str(folder), {})]}
        )
        for component, key in outputs.items()
    }
    return RunRecord(name, "news", steps)


@pytest.mark.parametrize("verdict", [None, "{", '{"format": 99}'])
def test_a_verdict_that_cannot_be_read_is_a_line_of_its_own(
    tmp_path: Path,
    verdict: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    if verdict is not None:
        (tmp_path / "verdict.json").write_text(verdict, encoding="utf-8")
    records = [run_record(f"run-{number}", tmp_path) for number in (1, 2)]
    monkeypatch.setattr(RunRecords, "__init__", lambda self, database: None)
    monkeypatch.setattr(RunRecords, "runs", lambda self: records)
    runs(str(tmp_path))
    _, *lines = capsys.readouterr().out.strip().splitlines()
    assert [line.split()[0] for line in lines] == ["run-1", "run-2"]
    assert all("cannot be read" in line for line in lines)
