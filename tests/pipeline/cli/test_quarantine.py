"""`newscat quarantine` on what is left of a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from components.files import DocumentError
from components.json_example_gen.quarantine import write_quarantine
from components.run_records import DONE, ArtifactRecord, RunRecord, StepRecord
from pipeline.cli import quarantine as command
from pipeline.dag import component_ids as ids


def show(folder: Path, output: str) -> None:
    artifact = ArtifactRecord(1, output, str(folder), {})
    now = datetime.now()
    step = StepRecord(ids.EXAMPLE_GEN, 1, DONE, now, now, {output: [artifact]})
    record = RunRecord("run", "newscat", {ids.EXAMPLE_GEN: step})
    with patch.object(command, "RunRecords") as records, patch.object(command, "find_output"):
        records.return_value.find.return_value = record
        with patch.object(command, "OutputLayout"):
            command.quarantine(run=None, output=None, as_json=False)


@pytest.mark.parametrize("output", ["quarantine", "examples"])
def test_what_was_deleted_is_not_said_to_be_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str
):
    write_quarantine(str(tmp_path), [])
    show(tmp_path, output)
    assert "every row could be used" in capsys.readouterr().out
    with pytest.raises(DocumentError, match="gone: is not there; was it deleted"):
        show(tmp_path / "gone", output)
