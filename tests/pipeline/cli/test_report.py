"""`newscat report`: which file it finds, and what it says where there is none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from components.errors import SettingsError
from components.report.report_file import report_path
from components.run_records import ArtifactRecord, RunRecord, RunRecords, StepRecord
from pipeline.cli import report as report_command
from pipeline.cli.report import find_report

NOW = datetime(2026, 1, 2)


def run_record(component: str, state: str, uri: Path) -> RunRecord:
    outputs = {"report": [ArtifactRecord(1, "RunReport", str(uri), {})]}
    step = StepRecord(component, 1, state, NOW, NOW, outputs)
    return RunRecord("2026-01-02T03:04:05.6", "news", {component: step})


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = Path(report_path(str(tmp_path)))
    path.write_text("<p>")
    return path


@pytest.mark.parametrize("state", ["done", "cached"])
def test_a_run_s_report_is_found(page: Path, state: str):
    assert find_report(run_record("Report", state, page.parent)) == page


@pytest.mark.parametrize(
    ("component", "state", "message"),
    [
        ("Trainer", "done", "run 2026-01-02T03:04:05 has no report"),
        ("Trainer", "failed", "which failed in Trainer has no report"),
        ("Report", "running", "has no report"),
    ],
)
def test_a_run_without_a_report_says_so(page: Path, component: str, state: str, message: str):
    with pytest.raises(SettingsError, match=message):
        find_report(run_record(component, state, page.parent))


def test_a_deleted_report_is_named(page: Path):
    page.unlink()
    with pytest.raises(SettingsError, match=r"report\.html: the report of run"):
        find_report(run_record("Report", "done", page.parent))


def test_it_is_printed_copied_and_opened(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    opened: list[str] = []
    monkeypatch.setattr(RunRecords, "__init__", lambda self, database: None)
    monkeypatch.setattr(
        RunRecords, "find", lambda self, name: run_record("Report", "done", page.parent)
    )
    monkeypatch.setattr(report_command.webbrowser, "open", opened.append)
    copy = page.parent / "sent.html"
    report_command.report(output=str(page.parent), to=copy)
    assert copy.read_text() == "<p>"
    assert capsys.readouterr().out.strip().endswith("sent.html")
    assert opened == [copy.as_uri()]
    with pytest.raises(SettingsError, match="cannot be written"):
        report_command.report(output=str(page.parent), open_=False, to=page / "no-folder" / "x")
